import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { until } from "./collector.js";
import { wrong } from "./samples.js";
import { rows, setUp, shows, track, tracks } from "./setup.js";

const sandbox = setUp();
beforeEach(() => sandbox.reset());

const page1 = { type: "page", messageId: "p-1", anonymousId: "visitor-1", name: "Pricing", properties: { city: "Köln" } };

test("one type is shown, also of what comes later", async (t) => {
  await sandbox.collector.uploadAll([...tracks(3), page1]);
  const page = await sandbox.open(t);
  await shows(page, 4);
  await page.getByRole("radio", { name: "page 1" }).check();
  await shows(page, 1);
  assert.equal(new URL(page.url()).search, "?type=page");
  await sandbox.collector.uploadAll([track(9), { ...page1, messageId: "p-2" }]);
  await shows(page, 2);
  assert.deepEqual((await rows(page)).map((r) => r.type), ["page", "page"]);
  assert.equal(await page.locator("#shown").innerText(), "2 of 6 messages");
});

test("a text is searched in the whole message, in upper and lower case", async (t) => {
  await sandbox.collector.uploadAll([...tracks(30), page1]);
  const page = await sandbox.open(t);
  await shows(page, 31);
  await page.getByRole("searchbox").fill("köln");
  await shows(page, 1);
  assert.equal((await rows(page))[0].name, "Pricing");
  assert.equal(new URL(page.url()).searchParams.get("q"), "köln");
  await sandbox.collector.uploadAll([track(50), track(51, { properties: { city: "KÖLN" } })]);
  await shows(page, 2);
  assert.equal((await rows(page))[0].name, "Event 51");
  await page.getByRole("searchbox").fill("event 1");
  await until("all that begin with 1", async () => (await rows(page)).length === 11);
});

test("only violations", async (t) => {
  await sandbox.collector.uploadAll(tracks(5));
  await sandbox.collector.upload("/v1/batch", wrong);
  const page = await sandbox.open(t);
  await shows(page, 8);
  await page.getByRole("checkbox", { name: "Only violations" }).check();
  await shows(page, 3);
  assert.equal(new URL(page.url()).search, "?violations=true");
  // A message can get a violation later.
  await sandbox.collector.upload("/v1/track", track(1, { event: "Other content" }));
  await shows(page, 4);
});

test("the filters of an address are set", async (t) => {
  await sandbox.collector.uploadAll([...tracks(5), page1]);
  await sandbox.collector.upload("/v1/track", { ...track(7), properties: "none" });
  const page = await sandbox.open(t, { address: "/?type=track&q=Event+7&violations=true" });
  await shows(page, 1);
  assert.equal((await rows(page))[0].name, "Event 7");
  assert.equal(await page.getByRole("radio", { name: "track" }).isChecked(), true);
  assert.equal(await page.getByRole("searchbox").inputValue(), "Event 7");
  assert.equal(await page.getByRole("checkbox").isChecked(), true);
  await page.reload();
  await shows(page, 1);
});

test("when nothing matches, the filters can be reset", async (t) => {
  await sandbox.collector.uploadAll(tracks(2));
  const page = await sandbox.open(t, { address: "/?q=nowhere" });
  await page.getByRole("heading", { name: "No message matches the filters" }).waitFor();
  await page.getByRole("button", { name: "Reset the filters" }).click();
  await shows(page, 2);
  assert.equal(new URL(page.url()).search, "");
});

test("the header counts types, statuses, duplicates and violations, and draws messages per second", async (t) => {
  const page = await sandbox.open(t);
  await sandbox.collector.uploadAll([...tracks(3), page1, { ...page1, messageId: "p-2" }]);
  await sandbox.collector.upload("/v1/track", track(1));
  await sandbox.collector.upload("/v1/batch", "{");
  await sandbox.collector.upload("/v1/batch", wrong);
  const { violations } = await sandbox.collector.get("/api/stats");
  const text = (id) => page.locator(`#${id}`).innerText();
  await until("the counters are right", async () => (await text("violations")) === String(violations));
  assert.equal(await text("messages"), "8");
  assert.equal(await text("count-track"), "5");
  assert.equal(await text("count-page"), "2");
  assert.equal(await text("count-identify"), "1");
  assert.equal((await text("requests")).replace(/\s+/g, " "), "200 3 400 1");
  assert.equal(await text("duplicates"), "1");
  await until("the chart has bars", async () => (await page.locator("#bars").getAttribute("d"))?.includes("M"));
  const label = await page.locator("#chart").getAttribute("aria-label");
  assert.match(label, /^Messages per second over the last five minutes: \d+\/s now, [1-9]\d*\/s at most$/);
});

test("a search that fails is tried again, and does not say that nothing matches", async (t) => {
  await sandbox.collector.uploadAll(tracks(3));
  const page = await sandbox.open(t, { expectErrors: true });
  await shows(page, 3);
  let failures = 2;
  await page.route(/\/api\/messages\?.*q=/, (route) => (failures-- > 0 ? route.abort() : route.continue()));
  await page.locator("#text").fill("event 2");
  await shows(page, 1);
  assert.ok(failures < 0, "no request failed");
  assert.equal(await page.locator("#no-match").isHidden(), true);
});

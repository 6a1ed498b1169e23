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
  await until("the counters are right", async () => (await text("violations")) === `${violations} violations in 3 messages`);
  await until("the sandbox has told of all", async () => (await text("requests")).replace(/\s+/g, " ") === "200 3 400 1");
  assert.equal(await text("messages"), "8");
  assert.equal(await text("count-track"), "5");
  assert.equal(await text("count-page"), "2");
  assert.equal(await text("count-identify"), "1");
  assert.equal(await text("duplicates"), "1");
  await until("the chart has bars", async () => (await page.locator("#bars").getAttribute("d"))?.includes("M"));
  const label = await page.locator("#chart").getAttribute("aria-label");
  assert.match(label, /^Messages per second over the last five minutes: \d+\/s now, [1-9]\d*\/s at most$/);
});

/** The numbers beside the types, but for 0. @param {import("playwright-core").Page} page */
const typeCounts = async (page) => Object.fromEntries((await page.locator(".types .chip span").allInnerTexts())
  .map((text) => text.split(/\s+/)).filter(([, n]) => n !== "0").map(([type, n]) => [type, Number(n)]));

/** @param {import("playwright-core").Page} page @param {object} want */
const counts = (page, want) => until(`the counts are ${JSON.stringify(want)}`,
  async () => JSON.stringify(await typeCounts(page)) === JSON.stringify(want));

test("the numbers beside the types say what the filters would show", async (t) => {
  await sandbox.collector.uploadAll([...tracks(3), page1]);
  await sandbox.collector.upload("/v1/batch", wrong);
  const page = await sandbox.open(t);
  await counts(page, { All: 7, identify: 1, track: 5, page: 1 });
  await page.getByRole("checkbox", { name: "Only violations" }).check();
  await counts(page, { All: 3, identify: 1, track: 2 });
  await page.getByRole("radio", { name: "identify" }).check();
  await shows(page, 1);
  await counts(page, { All: 3, identify: 1, track: 2 });
  await sandbox.collector.uploadAll([track(4), { type: "dance" }]);
  await counts(page, { All: 4, identify: 1, track: 2, unknown: 1 });
  await sandbox.collector.upload("/v1/track", track(1, { event: "Other content" }));
  await counts(page, { All: 5, identify: 1, track: 3, unknown: 1 });
  await page.getByRole("checkbox", { name: "Only violations" }).uncheck();
  await page.getByRole("searchbox").fill("user-");
  await counts(page, { All: 4, track: 4 });
  await sandbox.collector.uploadAll([track(5), { ...page1, messageId: "p-2" }]);
  await counts(page, { All: 5, track: 5 });
  await sandbox.reset();
  await counts(page, {});
});

test("the number of violations leads to the messages that have them", async (t) => {
  await sandbox.collector.uploadAll([...tracks(3), page1]);
  const page = await sandbox.open(t, { address: "/?type=page&q=pricing" });
  await shows(page, 1);
  assert.equal(await page.locator("#violations").isHidden(), true);
  await sandbox.collector.upload("/v1/batch", wrong);
  await sandbox.collector.upload("/v1/batch", { batch: [], sentAt: new Date().toISOString() });
  await page.locator("#violations-others").getByText("+1 not in the list").waitFor();
  await page.getByRole("button", { name: "7 violations in 3 messages" }).click();
  await shows(page, 3);
  assert.equal(new URL(page.url()).search, "?violations=true");
  assert.equal(await page.getByRole("checkbox", { name: "Only violations" }).isChecked(), true);
  assert.equal(await page.getByRole("searchbox").inputValue(), "");
  await sandbox.reset();
  await page.locator("#violations-none").waitFor();
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

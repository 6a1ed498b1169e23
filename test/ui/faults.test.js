import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { record, until } from "./collector.js";
import { setUp, shows, track } from "./setup.js";

const sandbox = setUp();
beforeEach(() => sandbox.reset());

const event = (name) => record({ "segment.user_id": "customer-1042" }, { event: name });

/** @param {import("node:test").TestContext} t */
async function openFaults(t) {
  const page = await sandbox.open(t);
  await page.getByRole("button", { name: "Faults" }).click();
  await page.getByText("Nothing is injected").waitFor();
  return page;
}

/** @param {import("playwright-core").Page} page */
const active = (page) => page.getByRole("list", { name: "Faults that are injected" }).getByRole("listitem");

test("429 with Retry-After: the exporter waits, and the event arrives", async (t) => {
  const page = await openFaults(t);
  await page.getByLabel("For how many requests").selectOption("the next request");
  await page.getByRole("button", { name: "Answer 429, Retry-After 2 s" }).click();
  await active(page).getByText("Answer 429 with Retry-After: 2 · all uploads · 1 left").waitFor();
  await page.locator("#faults-banner").getByText("Answer 429").waitFor();
  await sandbox.collector.emit([event("Order Completed")]);
  await shows(page, 1);
  await until("the counter shows the refused request", async () => (await page.locator("#requests").innerText()).replace(/\s+/g, " ") === "200 1 429 1");
  await page.locator("#faults-banner").waitFor({ state: "hidden" });
});

test("what is injected is said with a verb, below a heading", async (t) => {
  const page = await openFaults(t);
  await page.getByRole("heading", { name: "Inject", exact: true }).waitFor();
  const group = page.getByRole("group", { name: "Inject", exact: true });
  const labels = await group.getByRole("button").allInnerTexts();
  assert.equal(labels.length, 7);
  for (const label of labels) assert.match(label, /^(Answer|Delay|Deliver|Drop|Expire|Refuse)\b/);
});

test("500s, and off", async (t) => {
  const page = await openFaults(t);
  await page.getByLabel("For how many requests").selectOption("all requests, until turned off");
  await page.getByRole("button", { name: "Answer 500" }).click();
  await active(page).getByText("Answer 500 · all uploads").waitFor();
  assert.equal((await sandbox.collector.upload("/v1/track", track(1))).status, 500);
  assert.equal((await sandbox.collector.upload("/v1/track", track(1))).status, 500);
  await active(page).getByText("hit 2 requests").waitFor();
  await page.getByRole("button", { name: "Turn all off" }).click();
  await page.getByText("Nothing is injected").waitFor();
  assert.equal((await sandbox.collector.upload("/v1/track", track(1))).status, 200);
});

test("slow", async (t) => {
  const page = await openFaults(t);
  await page.getByLabel("For how many requests").selectOption("the next request");
  await page.getByRole("button", { name: "Delay by 2 s" }).click();
  await active(page).getByText("Wait 2s · all uploads · 1 left").waitFor();
  const start = performance.now();
  assert.equal((await sandbox.collector.upload("/v1/track", track(1))).status, 200);
  assert.ok(performance.now() - start >= 1900);
});

test("a dropped connection, and a lost answer", async (t) => {
  const page = await openFaults(t);
  await page.getByLabel("For how many requests").selectOption("the next request");
  await page.getByRole("button", { name: "Drop connections" }).click();
  await active(page).getByText("Drop the connection").waitFor();
  await assert.rejects(sandbox.collector.upload("/v1/track", track(1)));
  await page.getByText("Nothing is injected").waitFor();
  assert.equal(await sandbox.collector.count(), 0);
  await page.getByRole("button", { name: "Deliver, then lose the answer" }).click();
  await active(page).getByText("Deliver, then drop the connection").waitFor();
  await assert.rejects(sandbox.collector.upload("/v1/track", track(1)));
  await shows(page, 1);
});

test("one of two faults is stopped", async (t) => {
  const page = await openFaults(t);
  await page.getByLabel("Of which path").selectOption("/v1/import");
  await page.getByRole("button", { name: "Answer 500" }).click();
  await active(page).getByText("/v1/import").waitFor();
  await page.getByLabel("Of which path").selectOption("/v1/track");
  await page.getByRole("button", { name: "Delay by 2 s" }).click();
  await page.locator("#faults-banner").getByText("2 faults injected").waitFor();
  await page.getByRole("button", { name: "Stop: Answer 500" }).click();
  await until("one is left", async () => (await active(page).count()) === 1);
  await page.locator("#faults-banner").getByRole("button", { name: "Turn off" }).click();
  await page.getByText("Nothing is injected").waitFor();
});

test("messages that contain a text are refused", async (t) => {
  const page = await openFaults(t);
  await page.getByRole("button", { name: "Refuse what contains…" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Text").fill("poison");
  await dialog.getByRole("button", { name: "Refuse" }).click();
  await active(page).getByText("if the body contains “poison”").waitFor();
  assert.equal((await sandbox.collector.upload("/v1/track", track(1, { event: "poison" }))).status, 400);
  assert.equal((await sandbox.collector.upload("/v1/track", track(2))).status, 200);
});

test("without oauth an expired token becomes a 401", async (t) => {
  const page = await sandbox.open(t, { expectErrors: true }); // the browser writes about the 404
  await page.getByRole("button", { name: "Faults" }).click();
  await page.getByRole("button", { name: "Expire tokens" }).click();
  await page.getByText("oauth is off").first().waitFor();
  await active(page).getByText("Answer 401 · all uploads · 1 left").waitFor();
  assert.equal((await sandbox.collector.upload("/v1/track", track(1))).status, 401);
});

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { record } from "./collector.js";
import { wrong } from "./samples.js";
import { clipboard, fieldOf, rowOf, setUp, shows, track, tracks } from "./setup.js";

const sandbox = setUp();
beforeEach(() => sandbox.reset());

const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";

test("a click opens the readable view of a message", async (t) => {
  const page = await sandbox.open(t);
  await sandbox.collector.emit([record({
    "segment.user_id": "customer-1042",
    "segment.properties": { order_id: "50314b", total: 27.49, gift: true, products: [{ sku: "a" }, { sku: "b" }], tags: ["x", "y"] },
    "client.address": "192.0.2.7",
  }, { event: "Order Completed", traceId, spanId: "00f067aa0ba902b7" })]);
  await shows(page, 1);
  await rowOf(page, "Order Completed").click();
  await page.getByRole("heading", { name: "Order Completed" }).waitFor();
  const value = (name) => fieldOf(page, name).locator("dd").innerText();
  assert.equal((await value("userId")).split("\n")[0], "customer-1042");
  const properties = page.getByRole("region", { name: "Properties" });
  for (const [name, text] of [["order_id", "50314b"], ["total", "27.49"], ["gift", "true"], ["products[1].sku", "b"], ["tags", "x, y"]]) {
    assert.equal(await properties.locator(".field").filter({ has: page.getByText(name, { exact: true }) }).locator("dd").innerText(), text);
  }
  const library = page.getByRole("region", { name: "Context: library" });
  assert.match(await library.innerText(), /otelcol-segmentexporter/);
  await page.getByRole("button", { name: "Copy trace id" }).click();
  assert.equal(await clipboard(page), traceId);
  await page.getByText("Segment would take this message.").waitFor();
  assert.match(await page.getByRole("region", { name: "Delivery" }).innerText(), /\/v1\/batch[\s\S]*brow…[\s\S]*once/);
});

test("traits are shown, and what a message has besides", async (t) => {
  const page = await sandbox.open(t);
  await sandbox.collector.upload("/v1/identify", { messageId: "1", userId: "u", traits: { plan: "pro" }, integrations: { All: false }, shoe: 43 });
  await shows(page, 1);
  await page.locator(".row").first().click();
  assert.match(await page.getByRole("region", { name: "Traits" }).innerText(), /plan\s+pro/);
  assert.match(await page.getByRole("region", { name: "Other fields" }).innerText(), /integrations.All\s+false\s+shoe\s+43/);
});

test("the JSON is what arrived, and can be copied", async (t) => {
  const page = await sandbox.open(t);
  const sent = '{"messageId":"1","userId":"u","event":"E","properties":{"price":1.10,"big":12345678901234567890,"x":1,"x":2,"e":[]}}';
  await sandbox.collector.upload("/v1/track", sent);
  await shows(page, 1);
  await rowOf(page, "E").click();
  await page.getByRole("tab", { name: "JSON" }).click();
  await page.getByRole("button", { name: "Copy JSON of the message" }).click();
  const copied = await clipboard(page);
  assert.equal(copied.replace(/\s/g, ""), sent);
  assert.ok(copied.includes('\n    "price": 1.10,\n'));
  const shown = await page.getByRole("region", { name: "JSON of the message" }).innerText();
  assert.ok(shown.includes('"big": 12345678901234567890'));
  assert.match(shown, /"x": 1,.*is there twice in the same object/);
});

test("long lines of the JSON wrap when the reader wants it, also in other messages", async (t) => {
  const long = (/** @type {number} */ i) => track(i, { properties: { text: "x".repeat(3000) } });
  await sandbox.collector.uploadAll([long(1), long(2)]);
  const page = await sandbox.open(t);
  const scrolls = () => page.locator("#json-text pre").evaluate((pre) => pre.scrollWidth > pre.clientWidth);
  await rowOf(page, "Event 1").click();
  await page.getByRole("tab", { name: "JSON" }).click();
  assert.equal(await scrolls(), true);
  await page.getByRole("checkbox", { name: "Wrap long lines" }).check();
  assert.equal(await scrolls(), false);
  await rowOf(page, "Event 2").click();
  await page.getByRole("heading", { name: "Event 2" }).waitFor();
  assert.equal(await scrolls(), false);

  const narrow = await sandbox.open(t, { width: 360 });
  await rowOf(narrow, "Event 1").click();
  await narrow.getByRole("tab", { name: "JSON" }).click();
  const wrap = narrow.getByRole("checkbox", { name: "Wrap long lines" });
  assert.equal(await wrap.isChecked(), true);
  await wrap.uncheck();
  await narrow.setViewportSize({ width: 1400, height: 900 });
  await narrow.setViewportSize({ width: 360, height: 900 });
  assert.equal(await wrap.isChecked(), false);
});

test("violations are in plain words next to their field", async (t) => {
  const page = await sandbox.open(t);
  await sandbox.collector.upload("/v1/batch", wrong);
  await shows(page, 3);
  const { messages } = await sandbox.collector.get("/api/messages");
  for (const [i, message] of messages.entries()) {
    await page.goto(`${sandbox.collector.url}/#m=${message.seq}`);
    await page.locator(".verdict.bad").waitFor();
    await fieldOf(page, "number").getByText(String(message.seq), { exact: true }).waitFor();
    for (const { field, message: words } of message.violations) {
      // sentAt is a field of the batch, which is not shown.
      const place = field === "sentAt" ? page.locator(".verdict li", { hasText: field }) : fieldOf(page, field).first();
      assert.ok((await place.innerText()).includes(words), `message ${i}: ${field} ${words}`);
    }
    assert.equal(await page.locator("#panel-readable .warning").count() + await page.locator(".verdict li").count(), message.violations.length);
  }
});

test("a violation of a nested field is next to it", async (t) => {
  const page = await sandbox.open(t);
  await sandbox.collector.upload("/v1/track", '{"messageId":"1","userId":"u","event":"E","context":{"page":{"url":"a","url":"b"}},"properties":{"list":[{"k":1,"k":2}]}}');
  await shows(page, 1);
  await rowOf(page, "E").click();
  for (const region of ["Context: page", "Properties"]) {
    await page.getByRole("region", { name: region }).getByText("is there twice in the same object").waitFor();
  }
});

test("a link to a message survives a reload, and the back button closes it", async (t) => {
  await sandbox.collector.uploadAll(tracks(400));
  const { messages } = await sandbox.collector.get("/api/messages?view=summary");
  const { seq } = messages.find((m) => m.name === "Event 150");
  const page = await sandbox.open(t, { address: `/?type=track#m=${seq}` });
  await page.getByRole("heading", { name: "Event 150" }).waitFor();
  await fieldOf(page, "size").waitFor();
  await rowOf(page, "Event 150").waitFor(); // the list has scrolled to it
  await page.reload();
  await page.getByRole("heading", { name: "Event 150" }).waitFor();
  assert.equal(await rowOf(page, "Event 150").getAttribute("aria-selected"), "true");
  assert.equal(await page.locator("#newer").isHidden(), true);
  await page.getByRole("button", { name: "Copy link to this message" }).click();
  assert.equal(await clipboard(page), `${sandbox.collector.url}/?type=track#m=${seq}`);
  await page.getByRole("button", { name: "Close the message" }).click();
  await page.locator("#detail").waitFor({ state: "hidden" });
  assert.equal(new URL(page.url()).hash, "");

  await rowOf(page, "Event 149").click();
  await rowOf(page, "Event 148").click();
  await page.getByRole("heading", { name: "Event 148" }).waitFor();
  await page.goBack();
  await page.locator("#detail").waitFor({ state: "hidden" });
  assert.equal(new URL(page.url()).search, "?type=track");

  await rowOf(page, "Event 149").click();
  await page.reload();
  await page.getByRole("heading", { name: "Event 149" }).waitFor();
  await page.getByRole("button", { name: "Close the message" }).click();
  await page.locator("#detail").waitFor({ state: "hidden" });
  assert.equal(new URL(page.url()).hash, "");
  await shows(page, 400);
});

test("newer and older step through the list", async (t) => {
  await sandbox.collector.uploadAll(tracks(3));
  const page = await sandbox.open(t);
  await shows(page, 3);
  await rowOf(page, "Event 3").click();
  await page.getByRole("heading", { name: "Event 3" }).waitFor();
  assert.equal(await page.getByRole("button", { name: "Newer message" }).isDisabled(), true);
  await page.getByRole("button", { name: "Older message" }).click();
  await page.getByRole("heading", { name: "Event 2" }).waitFor();
  await page.getByRole("button", { name: "Older message" }).click();
  await page.getByRole("heading", { name: "Event 1" }).waitFor();
  assert.equal(await page.getByRole("button", { name: "Older message" }).isDisabled(), true);
});

test("a link to a message that is gone says so", async (t) => {
  const page = await sandbox.open(t, { address: "/#m=99999", expectErrors: true });
  await page.getByRole("heading", { name: "This message is gone" }).waitFor();
});

test("an open message shows that it arrived again", async (t) => {
  await sandbox.collector.upload("/v1/track", track(1));
  const page = await sandbox.open(t);
  await shows(page, 1);
  await rowOf(page, "Event 1").click();
  await page.getByText("Segment would take this message.").waitFor();
  await sandbox.collector.upload("/v1/track", track(1, { event: "Something else" }));
  await fieldOf(page, "messageId").getByText("also arrived with other content").waitFor();
});

test("on a narrow screen the message is a sheet with a button back", async (t) => {
  await sandbox.collector.uploadAll(tracks(3));
  const page = await sandbox.open(t, { width: 390, height: 844 });
  await shows(page, 3);
  await rowOf(page, "Event 2").click();
  await page.getByRole("heading", { name: "Event 2" }).waitFor();
  const box = await page.locator("#detail").boundingBox();
  assert.deepEqual(box, { x: 0, y: 0, width: 390, height: 844 });
  assert.equal(await page.locator(".header").evaluate((node) => node.inert), true);
  await page.getByRole("button", { name: "Back" }).click();
  await page.locator("#detail").waitFor({ state: "hidden" });
  assert.equal(await page.evaluate(() => document.activeElement.id), "list");
});

test("filters that are set while a message is open stay when it is closed, and the steps go by what is shown", async (t) => {
  await sandbox.collector.uploadAll([track(1), { ...track(2), type: "page", event: undefined, name: "Page 2" }, track(3), track(4)]);
  const page = await sandbox.open(t);
  await shows(page, 4);
  await rowOf(page, "Page 2").click();
  await page.getByRole("heading", { name: "Page 2" }).waitFor();
  await page.locator("input[name=type][value=track]").check({ force: true });
  await shows(page, 3);
  await page.getByRole("button", { name: "Older" }).click();
  await page.getByRole("heading", { name: "Event 1" }).waitFor();
  await page.locator("#detail").press("Escape");
  await page.locator("#detail").waitFor({ state: "hidden" });
  await shows(page, 3);
  assert.match(page.url(), /\?type=track$/);
});

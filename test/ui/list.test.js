import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { record, until } from "./collector.js";
import { wrong } from "./samples.js";
import { live, rowOf, rows, setUp, shows, track, tracks } from "./setup.js";

const sandbox = setUp();
beforeEach(() => sandbox.reset());

test("events sent to the exporter appear with what Segment would see", async (t) => {
  const page = await sandbox.open(t);
  await sandbox.collector.emit([
    record({ "segment.user_id": "customer-1042", "segment.properties": { total: 27.49 } }, { event: "Order Completed" }),
    record({ "segment.type": "page", "segment.name": "Pricing", "segment.anonymous_id": "visitor-1" }),
  ]);
  await shows(page, 2);
  const [newest, oldest] = await rows(page);
  assert.deepEqual([newest.type, newest.name, newest.user, newest.violations], ["page", "Pricing", "visitor-1", 0]);
  assert.deepEqual([oldest.type, oldest.name, oldest.user, oldest.violations], ["track", "Order Completed", "customer-1042", 0]);
  assert.equal(newest.source, "brow…");
  assert.match(newest.time, /^\d\d:\d\d:\d\d\.\d\d\d$/);
});

test("violations are counted in the list", async (t) => {
  const page = await sandbox.open(t);
  await sandbox.collector.upload("/v1/batch", wrong);
  await shows(page, 3);
  const shown = await rows(page);
  const { messages } = await sandbox.collector.get("/api/messages?view=summary");
  assert.deepEqual(shown.map((r) => r.violations), messages.map((m) => m.violations).reverse());
  assert.ok(shown.every((r) => r.violations > 0));
  assert.match(await page.locator(".row .cell-violations").first().innerText(), /violation/);
});

test("the newest is on top, and at the top the list follows", async (t) => {
  await sandbox.collector.uploadAll(tracks(100));
  const page = await sandbox.open(t);
  await shows(page, 100);
  assert.equal((await rows(page))[0].name, "Event 100");
  await sandbox.collector.upload("/v1/track", track(101));
  await shows(page, 101);
  assert.equal((await rows(page))[0].name, "Event 101");
  assert.equal(await page.locator("#newer").isHidden(), true);
});

test("new messages do not move what is being read", async (t) => {
  await sandbox.collector.uploadAll(tracks(300));
  const page = await sandbox.open(t);
  await shows(page, 300);
  await page.locator("#list").hover();
  await page.mouse.wheel(0, 3000);
  await rowOf(page, "Event 205").waitFor();
  const before = new Map((await rows(page)).map((r) => [r.seq, r.top]));
  for (let i = 0; i < 5; i++) {
    await sandbox.collector.uploadAll(tracks(20, 1000 + 20 * i));
    await shows(page, 320 + 20 * i);
    const moved = (await rows(page)).filter((r) => before.has(r.seq) && Math.abs(before.get(r.seq) - r.top) > 1);
    assert.deepEqual(moved, []);
  }
  assert.ok((await rows(page)).filter((r) => before.has(r.seq)).length > 20);
  const newer = page.getByRole("button", { name: "100 new messages" });
  await newer.click();
  await rowOf(page, "Event 1099").waitFor();
  await newer.waitFor({ state: "hidden" });
});

test("an open message keeps its row where it is", async (t) => {
  await sandbox.collector.uploadAll(tracks(50));
  const page = await sandbox.open(t);
  await shows(page, 50);
  await rowOf(page, "Event 47").click();
  await page.getByRole("heading", { name: "Event 47" }).waitFor();
  const [{ top }] = (await rows(page)).filter((r) => r.name === "Event 47");
  await sandbox.collector.uploadAll(tracks(10, 100));
  await shows(page, 60);
  await page.getByRole("button", { name: "10 new messages" }).waitFor();
  const [after] = (await rows(page)).filter((r) => r.name === "Event 47");
  assert.ok(Math.abs(after.top - top) <= 1);
});

test("pause holds new messages back, and resume shows them", async (t) => {
  await sandbox.collector.uploadAll(tracks(3));
  const page = await sandbox.open(t);
  await shows(page, 3);
  await page.getByRole("button", { name: "Pause" }).click();
  await sandbox.collector.uploadAll(tracks(4, 10));
  const resume = page.getByRole("button", { name: "Resume · 4 held" });
  await resume.waitFor();
  assert.equal((await rows(page))[0].name, "Event 3");
  await shows(page, 3);
  await resume.click();
  await shows(page, 7);
  assert.equal((await rows(page))[0].name, "Event 13");
  await page.getByRole("button", { name: "Pause" }).waitFor();
});

test("a paused list can be filtered and searched", async (t) => {
  const page = await sandbox.open(t);
  await page.getByRole("button", { name: "Pause" }).click();
  await sandbox.collector.upload("/v1/track", track(1));
  await page.getByRole("button", { name: "Resume · 1 held" }).click();
  await shows(page, 1);
  await sandbox.collector.uploadAll(tracks(20, 2));
  await shows(page, 21);
  await page.getByRole("button", { name: "Pause" }).click();
  await sandbox.collector.uploadAll(tracks(10, 100));
  await page.getByRole("button", { name: "Resume · 10 held" }).waitFor();
  await page.getByRole("searchbox").fill("event 1");
  await page.getByRole("button", { name: "Resume · 10 held" }).waitFor();
  await shows(page, 11); // 1 and 10 to 19
  await page.getByRole("radio", { name: "page" }).check();
  await page.getByRole("heading", { name: "No message matches" }).waitFor();
  await page.getByRole("radio", { name: "All" }).check();
  await page.getByRole("button", { name: "Resume · 10 held" }).click();
  await shows(page, 21);
});

test("clear asks first", async (t) => {
  await sandbox.collector.uploadAll(tracks(3));
  const page = await sandbox.open(t);
  await shows(page, 3);
  await page.getByRole("button", { name: "Clear…" }).click();
  const dialog = page.getByRole("dialog", { name: "Forget 3 messages?" });
  await dialog.getByRole("button", { name: "Cancel" }).click();
  assert.equal(await sandbox.collector.count(), 3);
  await page.getByRole("button", { name: "Clear…" }).click();
  await dialog.getByRole("button", { name: "Clear" }).click();
  await page.getByRole("heading", { name: "Nothing has arrived yet" }).waitFor();
  assert.equal(await sandbox.collector.count(), 0);
  await sandbox.collector.upload("/v1/track", track(1));
  await shows(page, 1);
});

test("what another page cleared disappears here too", async (t) => {
  await sandbox.collector.uploadAll(tracks(3));
  const page = await sandbox.open(t);
  await shows(page, 3);
  await sandbox.reset();
  await page.getByRole("heading", { name: "Nothing has arrived yet" }).waitFor();
});

test("the page connects again by itself and fills the gap", async (t) => {
  await sandbox.collector.uploadAll(tracks(5));
  const page = await sandbox.open(t, { expectErrors: true });
  await shows(page, 5);
  await page.context().setOffline(true);
  await page.evaluate(() => dispatchEvent(new Event("online"))); // the open connection would go on
  await page.locator("#connection[data-state=lost]").waitFor();
  await sandbox.collector.uploadAll(tracks(5, 6));
  await page.context().setOffline(false);
  await live(page);
  await shows(page, 10);
  assert.deepEqual((await rows(page)).map((r) => r.name), Array.from({ length: 10 }, (_, i) => `Event ${10 - i}`));
});

test("a collector that was started again is read from the beginning", async (t) => {
  await sandbox.collector.uploadAll(tracks(20));
  const page = await sandbox.open(t, { expectErrors: true });
  await shows(page, 20);
  await sandbox.collector.stop();
  await page.locator("#connection[data-state=lost]").waitFor();
  await sandbox.collector.start();
  await sandbox.collector.uploadAll(tracks(2, 50));
  await live(page);
  await shows(page, 2);
  assert.deepEqual((await rows(page)).map((r) => r.name), ["Event 51", "Event 50"]);
});

test("a collector that was started again and has more messages than before is read from the beginning too", async (t) => {
  await sandbox.collector.uploadAll(tracks(6));
  const page = await sandbox.open(t, { expectErrors: true });
  await shows(page, 6);
  await sandbox.collector.stop();
  await page.locator("#connection[data-state=lost]").waitFor();
  await page.context().setOffline(true);
  await sandbox.collector.start();
  await sandbox.collector.uploadAll(tracks(20, 50));
  await page.context().setOffline(false);
  await live(page);
  await shows(page, 20);
  const names = (await rows(page)).map((r) => r.name);
  assert.equal(names[0], "Event 69");
  assert.ok(!names.includes("Event 5"), "messages of the earlier run");
});

test("a message that arrives again is marked", async (t) => {
  await sandbox.collector.upload("/v1/track", track(1));
  const page = await sandbox.open(t);
  await shows(page, 1);
  await sandbox.collector.upload("/v1/track", track(1));
  await page.locator(".attempts", { hasText: "×2" }).waitFor();
});

test("of 10,000 messages only the visible rows are in the document", async (t) => {
  await sandbox.collector.uploadAll(tracks(10_000), 2000);
  const page = await sandbox.open(t);
  await shows(page, 10_000);
  assert.ok(await page.locator("#rows > *").count() < 60);
  const longest = await page.evaluate(async () => {
    const list = document.querySelector("#list");
    const end = list.scrollHeight - list.clientHeight;
    const times = [];
    let last = performance.now();
    for (let i = 1; i <= 120; i++) {
      list.scrollTop = (end * i) / 120;
      await new Promise((resolve) => requestAnimationFrame(resolve));
      times.push(performance.now() - last);
      last = performance.now();
    }
    return times.sort((a, b) => a - b)[Math.floor(times.length * 0.95)];
  });
  assert.ok(longest < 100, `a frame of scrolling took ${longest} ms`);
  await rowOf(page, "Event 1").waitFor();
  assert.ok(await page.locator("#rows > *").count() < 60);
});

test("old messages go when the sandbox has no room for them", async (t) => {
  await sandbox.collector.uploadAll(tracks(9000), 2000);
  const page = await sandbox.open(t);
  await shows(page, 9000);
  await sandbox.collector.uploadAll(tracks(2000, 20_000), 2000);
  await shows(page, 10_000);
  await until("the chips count what is there", async () => (await page.locator("#count-track").innerText()) === "10,000");
  await until("the number is in the header", async () => (await page.locator("#evicted").innerText()) === "1,000 older removed");
});

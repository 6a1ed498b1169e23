import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { until } from "./collector.js";
import { fieldOf, rowOf, rows, setUp, shows, track, tracks } from "./setup.js";

const sandbox = setUp();
beforeEach(() => sandbox.reset());

/** The columns that can be seen. @param {import("playwright-core").Page} page */
const columns = (page) => page.getByRole("columnheader").allInnerTexts();

test("columns that say nothing take no room", async (t) => {
  await sandbox.collector.uploadAll(tracks(2));
  const page = await sandbox.open(t);
  await shows(page, 2);
  assert.deepEqual(await columns(page), ["Time, UTC", "Type", "Event or name", "User or anonymous id"]);
  await sandbox.collector.upload("/v1/track", track(3), "another-write-key");
  await until("there are two sources", async () => (await columns(page)).includes("Source"));
  assert.deepEqual((await rows(page)).map((r) => r.source), ["anot…", "dire…", "dire…"]);
  await sandbox.collector.upload("/v1/track", { ...track(4), userId: undefined });
  await until("there is a violation", async () => (await columns(page)).includes("Violations"));
  await sandbox.reset();
  await sandbox.collector.uploadAll(tracks(1));
  await shows(page, 1);
  await until("both are gone", async () => (await columns(page)).length === 4);
});

test("the names of columns are above their cells, and no event name is cut while there is room", async (t) => {
  const event = "Subscription Renewal Payment Failed After The Third Reminder";
  await sandbox.collector.uploadAll([track(1, { event }), { ...track(2), userId: 7 }]);
  await sandbox.collector.upload("/v1/track", track(3), "another-write-key");
  for (const width of [1000, 1280, 1440, 1920]) {
    const page = await sandbox.open(t, { width });
    await shows(page, 3);
    const lefts = (/** @type {string} */ selector) => page.locator(selector).first().evaluate((row) =>
      [...row.children].filter((cell) => cell.checkVisibility()).map((cell) => cell.getBoundingClientRect().left));
    // The rows are others when the list gets another height.
    await until(`the cells are below the names of their columns at ${width}`, async () =>
      isDeepStrictEqual(await lefts(".row:not([hidden])"), await lefts(".columns-row")));
    const cut = await rowOf(page, event).locator(".cell-name > span").evaluate((node) => node.scrollWidth > node.clientWidth);
    assert.equal(cut, false, String(width));
  }
});

test("times have a zone, and those of another day a date", async (t) => {
  await sandbox.collector.uploadAll(tracks(1));
  const { messages: [{ received_at: receivedAt }] } = await sandbox.collector.get("/api/messages");
  const page = await sandbox.open(t, { zone: "Asia/Kolkata" });
  await shows(page, 1);
  assert.equal((await columns(page))[0], "Time, GMT+5:30");
  const inKolkata = new Date(Date.parse(receivedAt) + 5.5 * 3_600_000).toISOString();
  const time = rowOf(page, "Event 1").locator("time");
  assert.equal(await time.innerText(), inKolkata.slice(11, 23));
  assert.equal(await time.getAttribute("title"), receivedAt);
  await rowOf(page, "Event 1").click();
  const words = await fieldOf(page, "received").locator("dd").innerText();
  assert.ok(words.includes(`${inKolkata.slice(11, 23)} GMT+5:30`), words);
  assert.ok(words.includes(receivedAt), words);

  // A page that stays open over midnight.
  await page.clock.setSystemTime(Date.now() + 24 * 3_600_000);
  await sandbox.collector.uploadAll(tracks(1, 2));
  await shows(page, 2);
  const date = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: "Asia/Kolkata" }).format(new Date(receivedAt));
  await until("the date is there", async () => (await time.innerText()) === `${date} ${inKolkata.slice(11, 19)}`);
});

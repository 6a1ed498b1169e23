import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { beforeEach, test } from "node:test";
import { record, until } from "./collector.js";
import { sample, wrong } from "./samples.js";
import { rowOf, rows, setUp, shows, track, tracks } from "./setup.js";

const sandbox = setUp();
beforeEach(() => sandbox.reset());

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** @param {import("playwright-core").Page} page @param {string} where */
async function check(page, where) {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe);
  const found = await page.evaluate(async () => {
    const { violations, passes } = await window.axe.run(document, {
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    });
    return {
      checked: passes.length,
      violations: violations.map((v) => `${v.id}: ${v.nodes.map((n) => `${n.html.slice(0, 160)} ${n.any.map((a) => a.message).join("; ")}`).join("\n  ")}`),
    };
  });
  assert.ok(found.checked > 10, where);
  assert.deepEqual(found.violations, [], where);
}

for (const scheme of /** @type {const} */ (["light", "dark"])) {
  for (const [size, width, height] of /** @type {const} */ ([["wide", 1440, 900], ["narrow", 390, 844]])) {
    test(`axe finds no violation, ${scheme} and ${size}`, async (t) => {
      const page = await sandbox.open(t, { scheme, width, height });
      await page.getByRole("heading", { name: "Nothing has arrived yet" }).waitFor();
      await check(page, "empty");

      await sandbox.collector.emit([record({})], "shop.checkout");
      await sandbox.collector.emit([record({}, { event: "Order Completed" })]);
      await page.locator("#records-text").getByText("missing_identity").waitFor();
      await check(page, "records and no message");

      await sample(sandbox.collector);
      await sandbox.collector.upload("/v1/batch", { batch: [{ type: "dance" }], sentAt: "now" });
      await rowOf(page, "Order Refunded").waitFor();
      await until("counted", async () => (await page.locator("#count-unknown").innerText()) === "1");
      await check(page, "list");

      await page.locator(".row.violates").first().click();
      await page.locator(".verdict.bad").waitFor();
      await check(page, "message with violations");
      await page.getByRole("tab", { name: "JSON" }).click();
      await check(page, "JSON");
      await page.keyboard.press("Escape");
      await page.locator("#detail").waitFor({ state: "hidden" });
      await rowOf(page, "Order Refunded").click();
      await page.getByRole("tab", { name: "Readable" }).click();
      await page.locator(".verdict.good").waitFor();
      await check(page, "message");
      await page.keyboard.press("Escape");

      await page.getByRole("button", { name: "Faults" }).click();
      await page.getByLabel("Of which path").selectOption("/v1/import");
      await page.getByRole("button", { name: "Answer 500" }).click();
      await page.locator("#faults-banner").waitFor();
      await page.locator("#faults-active li").waitFor();
      await check(page, "faults");
      await page.getByRole("button", { name: "Refuse what contains…" }).click();
      await check(page, "dialog of a text");
      await page.keyboard.press("Escape");
      await page.getByRole("button", { name: "Clear…" }).click();
      await check(page, "dialog to clear");
      await page.keyboard.press("Escape");

      await page.getByRole("button", { name: "Pause" }).click();
      await page.getByRole("checkbox", { name: "Only violations" }).check();
      await check(page, "paused and filtered");
      await page.getByRole("searchbox").fill("nothing has this");
      await page.getByRole("heading", { name: "No message matches" }).waitFor();
      await check(page, "no match");
    });
  }
}

/** The name of what has the focus. @param {import("playwright-core").Page} page */
const focused = (page) => page.evaluate(() => {
  const node = document.activeElement;
  return node?.getAttribute("aria-label") ?? node?.closest("label")?.textContent?.trim() ?? node?.textContent?.trim() ?? "";
});

/** @param {import("playwright-core").Page} page */
const activeRow = (page) => page.evaluate(() => {
  const id = document.querySelector("#list").getAttribute("aria-activedescendant");
  return (id && document.getElementById(id)?.querySelector(".cell-name span").textContent) ?? "";
});

test("everything can be done with the keyboard alone", async (t) => {
  await sandbox.collector.uploadAll(tracks(100));
  await sandbox.collector.upload("/v1/batch", wrong);
  const page = await sandbox.open(t);
  await shows(page, 103);
  const press = async (/** @type {string[]} */ ...keys) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  const tabTo = async (/** @type {string} */ name) => {
    for (let i = 0; i < 30; i++) {
      await press("Tab");
      if ((await focused(page)).startsWith(name)) return;
    }
    assert.fail(`Tab does not come to ${name}`);
  };

  await press("Tab");
  assert.equal(await focused(page), "To the messages");
  await press("Enter");
  assert.equal(await focused(page), "Messages, newest first");
  assert.equal(new URL(page.url()).hash, "");
  for (let i = 0; i < 7; i++) await press("Shift+Tab");
  await tabTo("All");
  await press("ArrowRight", "ArrowRight");
  await until("the type is track", () => new URL(page.url()).search === "?type=track");
  await tabTo("Text anywhere");
  await page.keyboard.type("event 9");
  await until("the text is in the address", () => new URL(page.url()).searchParams.get("q") === "event 9");
  await shows(page, 11);
  await press("Control+a", "Delete");
  await shows(page, 102);
  await tabTo("Only violations");
  await press("Space");
  await shows(page, 2);
  await press("Space");
  await shows(page, 102);
  await tabTo("Pause");
  await press("Enter");
  await sandbox.collector.upload("/v1/track", track(500));
  await page.getByRole("button", { name: "Resume · 1 held" }).waitFor();
  await press("Enter");
  await shows(page, 103);

  await tabTo("Faults");
  await press("Enter");
  await tabTo("For how many requests");
  await tabTo("Answer 429, Retry-After 2 s");
  await press("Enter");
  await page.locator("#faults-active li").waitFor();
  await press("Escape");
  assert.match(await focused(page), /^Faults/);
  assert.equal(await page.locator("#faults").isHidden(), true);

  await tabTo("Clear…");
  await press("Enter");
  assert.equal(await focused(page), "Cancel");
  await press("Escape");
  assert.equal(await focused(page), "Clear…");

  await tabTo("Messages, newest first");
  await press("ArrowDown");
  assert.equal(await activeRow(page), "Event 500");
  await press("ArrowDown", "ArrowDown", "ArrowDown");
  assert.equal(await activeRow(page), "Event 100");
  await press("End");
  assert.equal(await activeRow(page), "Event 1");
  await press("ArrowUp");
  assert.equal(await activeRow(page), "Event 2");
  await press("PageUp");
  const above = Number((await activeRow(page)).replace("Event ", ""));
  assert.ok(above > 10 && above < 40, String(above));
  await press("Home");
  assert.equal(await activeRow(page), "Event 500");
  await press("PageDown", "PageUp", "ArrowDown", "ArrowDown", "ArrowDown", "ArrowDown", "Enter");
  await page.getByRole("heading", { name: "Event 99" }).waitFor();
  await until("the focus is in the message", async () => (await focused(page)) === "Event 99");

  await tabTo("Older message");
  await press("Enter");
  await page.getByRole("heading", { name: "Event 98" }).waitFor();
  await tabTo("Readable");
  await press("ArrowRight");
  assert.equal(await focused(page), "JSON");
  await page.getByRole("region", { name: "JSON of the message" }).waitFor();
  await tabTo("Copy JSON of the message");
  await press("Enter");
  await page.getByRole("button", { name: "Copy JSON of the message" }).getByText("Copied").waitFor();
  await press("Escape");
  await page.locator("#detail").waitFor({ state: "hidden" });
  assert.equal(await focused(page), "Messages, newest first");
  assert.equal(await activeRow(page), "Event 98");
});

test("the arrow keys keep the row in sight, whatever arrives", async (t) => {
  await sandbox.collector.uploadAll(tracks(200));
  const page = await sandbox.open(t);
  await shows(page, 200);
  await page.locator("#list").focus();
  for (let i = 0; i < 40; i++) await page.keyboard.press("ArrowDown");
  assert.equal(await activeRow(page), "Event 161");
  await sandbox.collector.uploadAll(tracks(100, 1000));
  await shows(page, 300);
  assert.equal(await activeRow(page), "Event 161");
  const list = await page.locator("#list").boundingBox();
  const row = await rowOf(page, "Event 161").boundingBox();
  assert.ok(row.y >= list.y && row.y + row.height <= list.y + list.height + 1);
});

test("a screen reader hears what happens, and rarely how much", async (t) => {
  const page = await sandbox.open(t);
  await page.evaluate(() => {
    window.heard = [];
    new MutationObserver(() => window.heard.push(document.querySelector("#announcer").textContent))
      .observe(document.querySelector("#announcer"), { childList: true });
  });
  for (let i = 1; i <= 5; i++) {
    await sandbox.collector.upload("/v1/track", track(i));
    await shows(page, i);
  }
  await page.getByRole("button", { name: "Pause" }).click();
  assert.deepEqual(await page.evaluate(() => window.heard), ["Paused"]);
  await until("the arrivals are announced at once", () => page.evaluate(() => window.heard.includes("5 new messages")));
  assert.equal(await page.locator("#list").getAttribute("aria-rowcount"), "6");
  assert.deepEqual((await rows(page)).map((r) => r.index), [2, 3, 4, 5, 6]);
});

import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { before, beforeEach, test } from "node:test";
import { screenshots } from "./browser.js";
import { record, until } from "./collector.js";
import { sample } from "./samples.js";
import { clipboard, rowOf, setUp, shows, track, tracks } from "./setup.js";

const sandbox = setUp();
before(() => mkdirSync(screenshots, { recursive: true }));
beforeEach(() => sandbox.reset());

test("an empty sandbox says what to do next", async (t) => {
  const page = await sandbox.open(t);
  await page.getByRole("button", { name: "Copy the command" }).click();
  const command = await clipboard(page);
  assert.ok(command.startsWith(`curl -u my-write-key: ${sandbox.collector.url}/v1/track`));
  const { execFileSync } = await import("node:child_process");
  execFileSync("sh", ["-c", command], { stdio: "ignore" });
  await rowOf(page, "Order Completed").waitFor();
  assert.equal(await page.locator("#empty").isHidden(), true);
  const { messages } = await sandbox.collector.get("/api/messages?view=summary");
  assert.deepEqual(messages.map((m) => m.violations), [0]);
});

test("no width from 360 to 2560 pixels cuts anything off", async (t) => {
  await sample(sandbox.collector);
  await sandbox.collector.call("POST", "/api/faults", { path: "/v1/import", status: 429, headers: { "Retry-After": "2" } });
  const page = await sandbox.open(t);
  await rowOf(page, "Order Refunded").waitFor();
  await page.getByRole("button", { name: /^Faults/ }).click();
  await page.locator("#faults-active li").waitFor();
  for (const width of [360, 390, 480, 640, 768, 899, 900, 1024, 1199, 1200, 1400, 1920, 2560]) {
    await page.setViewportSize({ width, height: 900 });
    for (const open of [false, true]) {
      if (open) await page.locator(".row:not([hidden])").first().click();
      else await page.keyboard.press("Escape");
      await page.locator("#detail").waitFor({ state: open ? "visible" : "hidden" });
      const where = `${width} pixels${open ? " with a message" : ""}`;
      const cut = await page.evaluate(() => {
        const { innerWidth } = window;
        const visible = [...document.querySelectorAll("button, input, select, h1, h2, .counters dd, dt, .chart")]
          .filter((node) => node.checkVisibility({ visibilityProperty: true }) && !node.closest(".visually-hidden, .types, dialog, [inert]"));
        return [document.documentElement.scrollWidth - innerWidth, ...visible
          .filter((node) => {
            const { left, right, width } = node.getBoundingClientRect();
            return width > 1 && (left < 0 || right > innerWidth + 0.5);
          }).map((node) => node.outerHTML.slice(0, 100))];
      });
      assert.deepEqual(cut, [0], where);
      if (!open) assert.ok((await page.locator("#list").boundingBox()).height > 100, where);
    }
  }
});

test("at 360 pixels no text is cut", async (t) => {
  await sample(sandbox.collector);
  await sandbox.collector.call("POST", "/api/faults", { path: "/v1/import", status: 429, headers: { "Retry-After": "2" } });
  await sandbox.collector.emit([record({})], "shop.checkout");
  await sandbox.collector.upload("/v1/track", track(1, {
    userId: "7f2c1e1a-93a6-4d0e-8f5b-2f1f3a0c9d11", event: "Subscription Renewal Payment Failed Again",
  }));
  const page = await sandbox.open(t, { width: 360, height: 740 });
  /** What is wider than its box, or reaches out of the window. */
  const cut = () => page.evaluate(() => [...document.querySelectorAll("body *")]
    .filter((node) => node instanceof HTMLElement && node.checkVisibility({ visibilityProperty: true }) &&
      !node.closest(".visually-hidden, .skip, dialog, [inert]") && !(node instanceof HTMLInputElement))
    .filter((node) => node.scrollWidth > node.clientWidth + 1 && getComputedStyle(node).display !== "inline" ||
      node.getBoundingClientRect().right > innerWidth + 0.5)
    .map((node) => node.outerHTML.slice(0, 120)));
  await rowOf(page, "Order Refunded").waitFor();
  await page.locator("#records").waitFor();
  assert.deepEqual(await cut(), [], "list");
  await page.getByRole("button", { name: "Show why" }).click();
  assert.deepEqual(await cut(), [], "records");
  await page.getByRole("button", { name: /^Faults/ }).click();
  assert.deepEqual(await cut(), [], "faults");
  await rowOf(page, "Subscription Renewal Payment Failed Again").click();
  await page.locator(".verdict").waitFor();
  assert.deepEqual(await cut(), [], "message");
  await page.getByRole("tab", { name: "JSON" }).click();
  assert.deepEqual(await cut(), [], "JSON");
  await page.keyboard.press("Escape");
  await sandbox.reset();
  await page.locator("#empty").waitFor();
  assert.deepEqual(await cut(), [], "empty");
});

test("a low window scrolls instead of hiding the list", async (t) => {
  await sandbox.collector.uploadAll(tracks(50));
  const page = await sandbox.open(t, { width: 640, height: 320 });
  await shows(page, 50);
  await rowOf(page, "Event 50").click();
  await page.getByRole("heading", { name: "Event 50" }).waitFor();
});

for (const scheme of /** @type {const} */ (["light", "dark"])) {
  for (const [size, width, height] of /** @type {const} */ ([["wide", 1440, 900], ["narrow", 390, 844]])) {
    test(`screenshots, ${scheme} and ${size}`, async (t) => {
      const shoot = (/** @type {string} */ name) => page.screenshot({ path: `${screenshots}${name}-${scheme}-${size}.png` });
      const page = await sandbox.open(t, { scheme, width, height });
      await page.locator("#empty").waitFor();
      await shoot("empty");
      await sample(sandbox.collector, 180);
      await sandbox.collector.upload("/v1/track", "{");
      await rowOf(page, "Order Refunded").waitFor();
      await until("the counters are there", async () => (await page.locator("#requests").innerText()).includes("400"));
      await shoot("full");
      await page.locator(".row.violates").nth(1).click();
      await page.locator(".verdict").waitFor();
      await shoot("violations");
      await page.keyboard.press("Escape");
      await page.locator("#list").press("PageDown");
      await rowOf(page, "Order Completed").first().click();
      await page.getByText("Segment would take this message.").waitFor();
      await shoot("detail");
      await page.getByRole("tab", { name: "JSON" }).click();
      await shoot("json");
      await page.getByRole("tab", { name: "Readable" }).click();
      await page.keyboard.press("Escape");
      await page.getByRole("button", { name: "Faults" }).click();
      await page.getByRole("button", { name: "Answer 429, Retry-After 2 s" }).click();
      await page.locator("#faults-active li").waitFor();
      await shoot("faults");
      await page.getByRole("button", { name: "Clear…" }).click();
      await shoot("dialog");
      await page.keyboard.press("Escape");
      await page.getByRole("button", { name: /^Faults/ }).click();
      await sandbox.reset();
      await sandbox.collector.emit([record({ total: 27.49 })], "shop.checkout");
      await sandbox.collector.emit([record({}, { event: "Order Completed" })]);
      await page.locator("#records-text").getByText("missing_identity").waitFor();
      await shoot("records");
    });
  }
}

// What every test of the page begins with.

import assert from "node:assert/strict";
import { after, before } from "node:test";
import { launch } from "./browser.js";
import { startCollector, until } from "./collector.js";

/**
 * A collector and a browser for the tests of a file. Each test gets a page of its own, and an empty sandbox.
 * @param {...string} overlays
 */
export function setUp(...overlays) {
  /** @type {{collector: import("./collector.js").Collector, browser: import("playwright-core").Browser}} */
  const shared = {};
  before(async () => {
    shared.browser = await launch();
    shared.collector = await startCollector(...overlays);
  });
  after(async () => {
    await shared.browser?.close();
    await shared.collector?.remove();
  });

  return {
    get collector() {
      return shared.collector;
    },

    get browser() {
      return shared.browser;
    },

    /**
     * Opens the page. When the test ends nothing may have been written to the console.
     * @param {import("node:test").TestContext} t
     * @param {{address?: string, width?: number, height?: number, scheme?: "light" | "dark", zone?: string, expectErrors?: boolean}} [options]
     */
    async open(t, { address = "/", width = 1440, height = 900, scheme = "light", zone = "UTC", expectErrors = false } = {}) {
      const context = await shared.browser.newContext({ viewport: { width, height }, colorScheme: scheme, timezoneId: zone });
      await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: shared.collector.url });
      const page = await context.newPage();
      page.setDefaultTimeout(15_000);
      const complaints = [];
      page.on("console", (message) => ["error", "warning"].includes(message.type()) && complaints.push(message.text()));
      page.on("pageerror", (error) => complaints.push(String(error)));
      page.on("dialog", (dialog) => complaints.push(`dialog: ${dialog.message()}`));
      page.on("request", (request) => {
        const { origin, protocol } = new URL(request.url());
        if (origin !== shared.collector.url && protocol !== "data:") complaints.push(`request to ${request.url()}`);
      });
      t.after(async () => {
        await context.close();
        if (!expectErrors) assert.deepEqual(complaints, []);
      });
      await page.goto(shared.collector.url + address);
      await live(page);
      return page;
    },

    /** Forgets all messages and faults. */
    async reset() {
      await shared.collector.call("DELETE", "/api/messages");
      await shared.collector.call("DELETE", "/api/faults");
    },
  };
}

/** @param {import("playwright-core").Page} page */
export const live = (page) => page.locator("#connection[data-state=live]").waitFor();

/** The messages on the screen, newest first. @param {import("playwright-core").Page} page */
export const rows = (page) => page.locator("#rows .row:not([hidden])").evaluateAll((all) => all
  .map((row) => ({
    seq: Number(row.dataset.seq),
    index: Number(row.getAttribute("aria-rowindex")),
    top: row.getBoundingClientRect().top,
    type: row.querySelector(".type").textContent,
    name: row.querySelector(".cell-name span").textContent,
    user: row.querySelector(".cell-user").textContent,
    source: row.querySelector(".cell-source").textContent,
    time: row.querySelector(".cell-time").textContent,
    violations: Number.parseInt(row.querySelector(".cell-violations").textContent) || 0,
  }))
  .sort((a, b) => a.index - b.index));

/** @param {import("playwright-core").Page} page @param {number} n messages the page knows */
export const shows = (page, n) => until(`the page shows ${n} messages`,
  async () => (await page.locator("#list").getAttribute("aria-rowcount")) === String(n + 1));

/** The row of a message with a name. @param {import("playwright-core").Page} page @param {string} name */
export const rowOf = (page, name) => page.locator("#rows .row:not([hidden])").filter({ has: page.getByText(name, { exact: true }) });

/** A field of the readable view. @param {import("playwright-core").Page} page @param {string} name */
export const fieldOf = (page, name) => page.locator("#panel-readable .field").filter({ has: page.locator("dt").getByText(name, { exact: true }) });

/** @param {import("playwright-core").Page} page */
export const clipboard = (page) => page.evaluate(() => navigator.clipboard.readText());

/** @param {number} i @param {object} [more] */
export const track = (i, more = {}) => ({ type: "track", messageId: `message-${i}`, userId: `user-${i}`, event: `Event ${i}`, ...more });

/** @param {number} n @param {number} [from] */
export const tracks = (n, from = 1) => Array.from({ length: n }, (_, i) => track(from + i));

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch } from "./browser.js";
import { record, startCollector, until } from "./collector.js";
import { live } from "./setup.js";

const seconds = Number(process.env.LOAD_SECONDS ?? 10);
const perSecond = 5000;
const batchSize = 500;

// Bytes: the sandbox keeps at most 64 MiB of messages and 40 MB of ids, and a garbage-collected program needs more than it keeps.
const maxMemory = 250e6;
const maxResponseMs = 200;

/** @type {{sandbox: import("./collector.js").Collector, exporter: import("./collector.js").Collector, browser: import("playwright-core").Browser}} */
const shared = {};

before(async () => {
  shared.browser = await launch();
  // Two processes, so that the memory of the sandbox is its own.
  shared.sandbox = await startCollector("exporters: {debug: {}}\nservice: {pipelines: {logs: {exporters: [debug]}}}");
  shared.exporter = await startCollector(`
exporters:
  segment:
    endpoint: ${shared.sandbox.url}
    sending_queue:
      sizer: items
      queue_size: 100000
      num_consumers: 4
      batch: {flush_timeout: 50ms, min_size: 500}
service: {extensions: []}
`);
});

after(async () => {
  await shared.browser?.close();
  await shared.exporter?.remove();
  await shared.sandbox?.remove();
});

/** @param {number[]} times @param {number} share */
const quantile = (times, share) => [...times].sort((a, b) => a - b)[Math.floor((times.length - 1) * share)];

test(`${perSecond} events a second for ${seconds} s, with the page open`, { timeout: (seconds + 120) * 1000 }, async (t) => {
  const { sandbox, exporter, browser } = shared;
  const page = await browser.newPage();
  t.after(() => page.close());
  await page.goto(sandbox.url);
  await live(page);

  const total = perSecond * seconds;
  let sent = 0;
  let memory = 0;
  let loaded = true;
  const start = performance.now();

  const load = (async () => {
    while (sent < total) {
      const from = sent;
      sent += batchSize;
      await exporter.emit(Array.from({ length: batchSize }, (_, i) => record({
        "segment.user_id": `user-${(from + i) % 997}`,
        "segment.properties": { number: from + i, plan: "pro", total: 27.49 },
      }, { event: `Event ${(from + i) % 20}` })));
      memory = Math.max(memory, sandbox.memory());
      const early = start + (sent / perSecond) * 1000 - performance.now();
      if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
    }
    loaded = false;
  })();

  /** What a user does: each is timed in the page, from the input to the frame that shows its effect. @type {number[]} */
  const responses = [];
  await page.locator("#rows .row:not([hidden])").first().waitFor();
  await page.locator("#list").focus();
  await page.evaluate(() => {
    window.responses = [];
    for (const type of ["keydown", "click", "wheel"]) {
      addEventListener(type, (event) => requestAnimationFrame(() => setTimeout(() => window.responses.push(performance.now() - event.timeStamp))),
        { capture: true, passive: true });
    }
  });
  const keys = ["ArrowDown", "ArrowDown", "PageDown", "ArrowUp", "Home"];
  for (let i = 0; loaded; i++) {
    await page.keyboard.press(keys[i % keys.length]);
    if (i % 10 === 9) {
      await page.locator("#list").hover();
      await page.mouse.wheel(0, 400);
    }
    if (i % 20 === 19) await page.locator("#pause").click();
    if (i % 20 === 0 && i > 0) {
      await page.locator("#pause").click();
      await page.locator("#list").focus();
    }
    await page.waitForFunction((n) => window.responses.length > n, i).catch(() => {});
  }
  await load;
  const rate = total / ((performance.now() - start) / 1000);

  await until("every event arrived", async () => (await sandbox.count()) >= total, 60_000);
  assert.equal(await sandbox.count(), total);
  await until("the page has counted every event",
    async () => (await page.locator("#messages").innerText()) === new Intl.NumberFormat("en").format(total));
  memory = Math.max(memory, sandbox.memory());
  responses.push(...await page.evaluate(() => window.responses));
  const p95 = quantile(responses, 0.95);
  t.diagnostic(`${Math.round(rate)} events a second, ${Math.round(memory / 1e6)} MB, ${responses.length} inputs, ` +
    `answered in ${quantile(responses, 0.5).toFixed(0)} ms (median), ${p95.toFixed(0)} ms (p95), ${quantile(responses, 1).toFixed(0)} ms (longest)`);
  assert.ok(rate > 0.9 * perSecond, `only ${Math.round(rate)} events a second were sent`);
  assert.ok(memory < maxMemory, `${memory} bytes`);
  assert.ok(responses.length >= 20, `only ${responses.length} inputs`);
  assert.ok(p95 < maxResponseMs, `${p95} ms`);
});

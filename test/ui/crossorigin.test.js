import assert from "node:assert/strict";
import { createServer } from "node:http";
import { beforeEach, test } from "node:test";
import { until } from "./collector.js";
import { setUp, track } from "./setup.js";

const sandbox = setUp();
beforeEach(() => sandbox.reset());

/** A page of another origin than the sandbox. @param {import("node:test").TestContext} t */
async function openShop(t) {
  const shop = createServer((_, response) => response.setHeader("Content-Type", "text/html").end("<!doctype html><title>Shop</title>"));
  await new Promise((resolve) => shop.listen(0, "127.0.0.1", () => resolve(undefined)));
  const context = await sandbox.browser.newContext();
  t.after(async () => {
    await context.close();
    await new Promise((resolve) => shop.close(resolve));
  });
  const page = await context.newPage();
  await page.goto(`http://127.0.0.1:${shop.address().port}/`);
  return page;
}

test("a library in a page of another origin uploads, and reads the answers", async (t) => {
  const page = await openShop(t);
  const { url } = sandbox.collector;
  const answers = await page.evaluate(async ([url, message]) => {
    const settings = await (await fetch(`${url}/v1/projects/shop-write-key/settings`)).json();
    const { apiKey, apiHost, protocol } = settings.integrations["Segment.io"];
    const upload = await fetch(`${protocol}://${apiHost}/t`, {
      method: "POST",
      headers: { "Content-Type": "text/plain", Authorization: `Basic ${btoa(`${apiKey}:`)}`, "X-Retry-Count": "1" },
      body: message,
    });
    const metrics = await fetch(`${protocol}://${apiHost}/m`, { method: "POST", body: "{}" });
    return [await upload.json(), metrics.status];
  }, [url, JSON.stringify(track(1))]);
  assert.deepEqual(answers, [{ success: true }, 200]);
  const { messages: [message] } = await sandbox.collector.get("/api/messages");
  assert.deepEqual([message.path, message.channel, message.write_key], ["/v1/t", "client", "shop…"]);
});

test("an image of a page is a message", async (t) => {
  const page = await openShop(t);
  const size = await page.evaluate((src) => new Promise((resolve, reject) => {
    const image = new Image();
    image.onload = () => resolve([image.naturalWidth, image.naturalHeight]);
    image.onerror = reject;
    image.src = src;
  }), `${sandbox.collector.url}/v1/pixel/track?writeKey=shop-write-key&userId=u&event=Opened`);
  assert.deepEqual(size, [1, 1]);
  await until("the message is there", async () => (await sandbox.collector.count()) === 1);
});

test("a page of another origin reads nothing else", async (t) => {
  const page = await openShop(t);
  await sandbox.collector.upload("/v1/track", track(1));
  for (const path of ["/api/messages", "/api/faults", "/"]) {
    await assert.rejects(page.evaluate((address) => fetch(address).then((r) => r.text()), sandbox.collector.url + path), path);
  }
});

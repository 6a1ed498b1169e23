import assert from "node:assert/strict";
import { request } from "node:http";
import { beforeEach, test } from "node:test";
import { until } from "./collector.js";
import { setUp, shows, tracks } from "./setup.js";

const sandbox = setUp();
beforeEach(() => sandbox.reset());

const attack = `<script>window.attacked=1</script><img src=x onerror="window.attacked=1">"'</title>\u2028&lt;b&gt;`;

/** The attack as every name and every value of a message. */
function attackEverywhere() {
  const evil = { [attack]: attack, nested: { [attack]: [attack, { [attack]: attack }] }, __proto__x: attack };
  const message = {
    event: attack, name: attack, category: attack, userId: attack, anonymousId: attack, groupId: attack, previousId: attack,
    messageId: attack.slice(0, 90), timestamp: attack, sentAt: attack, receivedAt: attack, version: attack, channel: attack,
    properties: evil, traits: evil, integrations: evil, [attack]: attack,
    context: { ...evil, traceId: attack, library: evil, page: { url: "javascript:window.attacked=1" } },
  };
  const types = ["identify", "track", "page", "screen", "group", "alias", attack];
  return types.map((type, i) => ({ ...message, type, messageId: `${message.messageId}${i}` }));
}

test("a message is text, whatever it contains", async (t) => {
  const page = await sandbox.open(t);
  const messages = attackEverywhere();
  assert.equal((await sandbox.collector.upload("/v1/batch", { batch: messages, sentAt: attack }, `${attack}key`)).status, 200);
  assert.equal((await sandbox.collector.upload("/v1/track", `{"properties":{"${"__proto__"}":{"polluted":1}},"constructor":1,"event":"E","messageId":"p","userId":"u"}`)).status, 200);
  await shows(page, messages.length + 1);
  assert.ok((await page.locator(".row").allInnerTexts()).some((text) => text.includes("<script>")));

  const elements = page.locator("#detail :is(script, img, b, title)");
  for (let i = 0; i <= messages.length; i++) {
    const row = page.locator(`.row[aria-rowindex="${i + 2}"]`);
    const seq = await row.getAttribute("data-seq");
    await row.click();
    await page.getByRole("tab", { name: "Readable" }).click();
    await page.getByRole("region", { name: "Delivery" }).getByText(seq, { exact: true }).waitFor();
    assert.equal(await elements.count(), 0);
    if (i > 0) assert.ok((await page.locator("#panel-readable").innerText()).split("<script>").length > 10);
    await page.getByRole("tab", { name: "JSON" }).click();
    if (i > 0) assert.ok((await page.locator("#panel-json").innerText()).split("<script>").length > 10);
    assert.equal(await elements.count(), 0);
  }
  assert.equal(await page.locator("#list :is(script, img, b, title)").count(), 0);
  assert.equal(await page.evaluate(() => window.attacked ?? {}.polluted), undefined);
});

test("what is wrong, a fault and an address are text too", async (t) => {
  await sandbox.collector.call("POST", "/api/faults", { status: 400, body: attack, only_if_contains: attack, headers: { "X-Evil": "<b>1</b>" } });
  const page = await sandbox.open(t, { address: `/?q=${encodeURIComponent(attack)}&type=${encodeURIComponent(attack)}#m=<script>` });
  await page.getByRole("button", { name: /^Faults/ }).click();
  await page.locator("#faults-active li", { hasText: "<script>" }).waitFor();
  await page.locator("#faults-banner-text", { hasText: "<script>" }).waitFor();
  assert.equal(await page.locator("#faults :is(script, img, b), #faults-banner :is(script, img, b)").count(), 0);
  assert.equal(await page.evaluate(() => window.attacked), undefined);
});

test("the policy of the page refuses scripts and styles in its markup", async (t) => {
  const response = await fetch(sandbox.collector.url);
  const policy = response.headers.get("content-security-policy");
  assert.match(policy, /default-src 'none'/);
  assert.ok(!policy.includes("unsafe"));
  const page = await sandbox.open(t, { expectErrors: true });
  const blocked = await page.evaluate(() => new Promise((resolve) => {
    document.addEventListener("securitypolicyviolation", (event) => resolve(event.effectiveDirective));
    const script = document.createElement("script");
    script.textContent = "window.attacked = 1";
    document.body.append(script);
  }));
  assert.equal(blocked, "script-src-elem");
  assert.equal(await page.evaluate(() => window.attacked), undefined);
});

test("nothing is fetched from elsewhere", async () => {
  const { url } = sandbox.collector;
  const seen = new Set();
  const queue = ["/"];
  while (queue.length > 0) {
    const path = queue.pop();
    if (seen.has(path)) continue;
    seen.add(path);
    const response = await fetch(url + path);
    assert.equal(response.status, 200, path);
    assert.ok(response.headers.get("etag"), path);
    const text = await response.text();
    assert.ok(!/(?:src|href|url|from|import)[=(\s]+["']?(?:https?:)?\/\/(?!www\.w3\.org)/.test(text), path);
    for (const [, name] of text.matchAll(/["'](?:\.\/|\/page\/)([\w.-]+\.(?:js|css|svg))["']/g)) queue.push(`/page/${name}`);
  }
  assert.ok(seen.size > 10, [...seen].join());
});

/** A request with any header, which fetch would not send. @param {string} method @param {string} path @param {Record<string, string>} headers */
function send(method, path, headers) {
  return new Promise((resolve, reject) => {
    const { port } = new URL(sandbox.collector.url);
    request({ host: "localhost", port, method, path, headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).on("error", reject).end();
  });
}

test("another name in the Host header is refused", async () => {
  for (const path of ["/", "/api/messages", "/api/messages/stream"]) {
    assert.equal(await send("GET", path, { Host: "attacker.example" }), 403, path);
  }
  assert.equal(await send("GET", "/", {}), 200);
});

test("other sites may not change anything", async () => {
  await sandbox.collector.uploadAll(tracks(1));
  const foreign = { Origin: "http://attacker.example", "Sec-Fetch-Site": "cross-site" };
  for (const path of ["/api/messages", "/api/faults", "/api/tokens"]) {
    assert.equal(await send("DELETE", path, foreign), 403, path);
  }
  await until("the message is still there", async () => (await sandbox.collector.count()) === 1);
});

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { until } from "./collector.js";
import { fieldOf, rowOf, rows, setUp, shows, track } from "./setup.js";

const sandbox = setUp(`
extensions:
  segment_sandbox:
    write_keys: [direct-write-key, browser-test-key]
    sources:
      a-source-with-a-long-name: {write_key: long-write-key}
      web: {write_key: web-write-key}
`);
beforeEach(() => sandbox.reset());

const upload = (/** @type {number} */ i, key = "web-write-key", path = "/v1/track") => sandbox.collector.upload(path, track(i), key);

/** @param {import("playwright-core").Page} page */
const filter = (page) => page.getByRole("combobox", { name: "Source" });

test("a source is shown by its name, or else by its write key", async (t) => {
  const page = await sandbox.open(t);
  await upload(1);
  await shows(page, 1);
  assert.equal(await filter(page).isVisible(), false, "there is nothing to choose");
  await upload(2, "direct-write-key", "/v1/t");
  await upload(3, "long-write-key");
  await shows(page, 3);
  assert.deepEqual((await rows(page)).map((r) => r.source), ["a-source-with-a-long-name", "dire…", "web"]);
  const value = (/** @type {string} */ name) => fieldOf(page, name).locator("dd").innerText();
  await rowOf(page, "Event 1").click();
  await page.getByRole("heading", { name: "Event 1" }).waitFor();
  assert.equal(await value("source"), "web");
  assert.equal(await value("write key"), "web-…");
  assert.equal(await value("channel"), "server");
  await rowOf(page, "Event 2").click();
  await page.getByRole("heading", { name: "Event 2" }).waitFor();
  assert.equal(await fieldOf(page, "source").count(), 0);
  assert.equal(await value("path"), "/v1/t");
  assert.equal(await value("channel"), "client");
});

test("one source is shown, also of what comes later", async (t) => {
  const page = await sandbox.open(t);
  await upload(1);
  await upload(2, "direct-write-key");
  await shows(page, 2);
  await filter(page).selectOption("web");
  await shows(page, 1);
  assert.equal(new URL(page.url()).search, "?source=web");
  await upload(3);
  await upload(4, "direct-write-key");
  await until("all are counted", async () => (await page.locator("#shown").innerText()) === "2 of 4 messages");
  assert.equal(await page.locator("#count-track").innerText(), "2");
  await page.reload();
  await shows(page, 2);
  await page.getByRole("searchbox").fill("Event 3");
  await shows(page, 1);
  assert.equal(new URL(page.url()).search, "?source=web&q=Event+3");
  await filter(page).selectOption("dire…");
  await page.getByRole("button", { name: "Reset the filters" }).click();
  await shows(page, 4);
  assert.equal(new URL(page.url()).search, "");
  assert.equal(await filter(page).inputValue(), "");
});

test("a source of an address stays chosen when it is not there", async (t) => {
  const page = await sandbox.open(t, { address: "/?source=elsewhere" });
  await upload(1);
  await page.getByRole("heading", { name: "No message matches the filters" }).waitFor();
  assert.equal(await filter(page).inputValue(), "elsewhere");
  await page.getByRole("checkbox", { name: "Only violations" }).check();
  await until("both are in the address", () => new URL(page.url()).search === "?source=elsewhere&violations=true");
});

test("a fault says which source it is for", async (t) => {
  const page = await sandbox.open(t);
  await sandbox.collector.call("POST", "/api/faults", { status: 401, source: "web" });
  await page.locator("#faults-banner").getByText("Answer 401 · all uploads of web").waitFor();
  assert.equal((await upload(1)).status, 401);
  assert.equal((await upload(2, "direct-write-key")).status, 200);
  await shows(page, 1);
});

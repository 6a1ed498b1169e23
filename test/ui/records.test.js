import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { record } from "./collector.js";
import { rowOf, setUp, shows } from "./setup.js";

const sandbox = setUp();
beforeEach(() => sandbox.reset());

const user = { "segment.user_id": "customer-1042" };
const event = (/** @type {string} */ name, attributes = {}) => record(attributes, { event: name });

/** @param {import("playwright-core").Page} page */
const notice = (page) => page.getByRole("region", { name: "Records that became no message" });

test("a first event that does not arrive: the page says why, and what to do", async (t) => {
  const page = await sandbox.open(t);
  await page.getByRole("heading", { name: "Nothing has arrived yet" }).waitFor();
  assert.equal(await notice(page).isHidden(), true);
  await sandbox.collector.emit([record({ total: 27.49 })], "shop.checkout");
  await notice(page).getByText("The Collector left alone 1 record (logger shop.checkout, no segment.* attribute).").waitFor();
  await page.getByRole("heading", { name: "Records came, but no message" }).waitFor();
  await notice(page).getByText("translate::scopes").waitFor();

  await sandbox.collector.emit([event("Order Completed")]);
  await notice(page).getByText(/and dropped 1 \(missing_identity, Order Completed, id \S+\)\./).waitFor();
  await notice(page).getByText("Set segment.user_id or segment.anonymous_id").waitFor();
  const { dropped: [{ message_id: id }] } = await sandbox.collector.get("/api/records");
  assert.ok((await notice(page).innerText()).includes(id));

  await sandbox.collector.emit([event("Order Completed", user)]);
  await rowOf(page, "Order Completed").waitFor();
  await notice(page).getByRole("button", { name: "Hide" }).click();
  assert.equal(await notice(page).getByText("translate::scopes").isHidden(), true);
});

test("beside messages the notice is one line, until it is opened", async (t) => {
  await sandbox.collector.emit([event("Order Completed", user), event("Order Completed"), record({ "segment.type": "dance", ...user })]);
  await sandbox.collector.emit([record({ "segment.properties": { total: 1 } })], "a");
  await sandbox.collector.emit([event("Paid", { "segment.user_id": "u" })], "b");
  const page = await sandbox.open(t, { address: "/?q=nowhere" });
  await notice(page).getByText("The Collector left alone 2 records (loggers b, a) and dropped 2 (").waitFor();
  await page.getByRole("heading", { name: "No message matches the filters" }).waitFor();
  const toggle = notice(page).getByRole("button", { name: "Show why" });
  assert.equal(await toggle.getAttribute("aria-expanded"), "false");
  await toggle.click();
  const items = await notice(page).getByRole("listitem").allInnerTexts();
  assert.equal(items.length, 4);
  assert.match(items[0], /^1 × logger b, event Paid, segment\.\* attributes, but neither segment\.event nor segment\.type, \d\d:/);
  assert.match(items[1], /^1 × logger a, segment\.\* attributes/);
  assert.ok(items.some((text) => /invalid_type.*[\s\S]*segment\.type must be identify/.test(text)), items.join("\n"));
});

test("what Clear forgets is not said any more, and what comes later is", async (t) => {
  const page = await sandbox.open(t);
  await sandbox.collector.emit([record({})], "shop");
  await notice(page).waitFor();
  await sandbox.reset();
  await notice(page).waitFor({ state: "hidden" });
  await page.getByRole("heading", { name: "Nothing has arrived yet" }).waitFor();
  await sandbox.collector.emit([record({}), record({})], "shop");
  await notice(page).getByText("left alone 2 records").waitFor();
});

test("a screen reader hears of it", async (t) => {
  const page = await sandbox.open(t);
  await sandbox.collector.emit([record({})], "shop");
  await page.getByRole("status").getByText("The Collector left alone 1 record (logger shop").waitFor();
});

test("names of records are text, whatever they contain", async (t) => {
  const attack = `<script>window.attacked=1</script><img src=x onerror="window.attacked=1">`;
  const page = await sandbox.open(t);
  await sandbox.collector.emit([event(attack)]);
  await sandbox.collector.emit([event(attack), event(`${attack}2`)], attack);
  await notice(page).getByText("dropped 1 (").waitFor();
  assert.ok((await notice(page).innerText()).split("<script>").length > 3);
  assert.equal(await notice(page).locator("script, img").count(), 0);
  assert.equal(await page.evaluate(() => window.attacked), undefined);
});

test("the notice leaves room for the list on a small screen", async (t) => {
  const page = await sandbox.open(t, { width: 360, height: 640 });
  await sandbox.collector.emit([event("Order Completed")]);
  await sandbox.collector.emit([record({})], "shop.checkout.payment.provider");
  await notice(page).getByText("The Collector left alone").waitFor();
  await sandbox.collector.emit([event("Order Completed", user)]);
  await shows(page, 1);
  // It scrolls to the row, also when the list is drawn again meanwhile, because the notice takes room.
  await rowOf(page, "Order Completed").click();
  await page.getByRole("heading", { name: "Order Completed" }).waitFor();
});

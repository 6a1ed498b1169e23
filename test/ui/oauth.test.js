import assert from "node:assert/strict";
import { after, test } from "node:test";
import { makeKeys, record, until } from "./collector.js";
import { setUp, shows } from "./setup.js";

const keys = makeKeys();
after(() => keys.remove());

const sandbox = setUp(`
extensions:
  segment_sandbox:
    oauth:
      public_key_file: ${keys.publicKey}
exporters:
  segment:
    oauth:
      endpoint: http://localhost:\${env:SANDBOX_PORT}
      client_id: client
      key_id: key
      private_key_file: ${keys.privateKey}
`);

test("expired tokens: the exporter asks for a new one, and the event arrives", async (t) => {
  const page = await sandbox.open(t);
  const emit = (name) => sandbox.collector.emit([record({ "segment.user_id": "customer-1042" }, { event: name })]);
  await emit("First");
  await shows(page, 1);
  await page.getByRole("button", { name: "Faults" }).click();
  await page.getByRole("button", { name: "Expire tokens" }).click();
  await page.locator("#faults-message", { hasText: "Tokens are revoked" }).waitFor();
  await emit("Second");
  await shows(page, 2);
  await until("a second token was given", async () => (await page.locator("#tokens").innerText()).replace(/\s+/g, " ") === "200 2");
  assert.match(await page.locator("#requests").innerText(), /401/);
});

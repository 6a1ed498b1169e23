// What to do while nothing has arrived.

import { byId, copyButton } from "./dom.js";

const curl = `curl -u my-write-key: ${location.origin}/v1/track \\
  -H 'Content-Type: application/json' \\
  -d '{"messageId": "'"$(date +%s)"'", "userId": "customer-1042",
       "event": "Order Completed", "properties": {"total": 27.49}}'`;

const exporter = `exporters:
  segment:
    endpoint: ${location.origin}
    write_key: my-write-key`;

export function fillEmptyState() {
  byId("curl").textContent = curl;
  byId("curl-copy").append(copyButton("Copy the command", () => curl));
  byId("exporter").textContent = exporter;
  byId("exporter-copy").append(copyButton("Copy the configuration", () => exporter));
}

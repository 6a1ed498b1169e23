// Messages to look at: an evening in a shop, and a client that does some things wrong.

import { until } from "./collector.js";
import { record } from "./collector.js";

const trace = { traceId: "4bf92f3577b34da6a3ce929d0e0e4736", spanId: "00f067aa0ba902b7" };

const products = [
  ["Walnut Desk Organizer", 39.5], ["Linen Table Runner", 24], ["Enamel Mug, Moss", 14.25], ["Beeswax Candle", 9.9],
  ["Cast Iron Trivet", 32], ["Oak Serving Board", 58.75],
];
const customers = ["customer-1042", "customer-1077", "customer-2210", "customer-3318", "customer-4456"];
const visitors = ["visitor-9f0b6c1e", "visitor-3ac07d52", "visitor-e51d00b8"];

/** One visitor after the other. @param {number} n */
export function shopping(n, at = Date.now()) {
  return Array.from({ length: n }, (_, i) => {
    const user = { "segment.user_id": customers[i % customers.length] };
    const visitor = { "segment.anonymous_id": visitors[i % visitors.length] };
    const [name, price] = products[i % products.length];
    const options = { at: at - (n - i) * 700, ...trace };
    switch (i % 9) {
      case 0:
        return record({ "segment.type": "page", "segment.name": "Product", "segment.properties": { title: name, price }, ...visitor }, options);
      case 1:
        return record({ "segment.properties": { query: name.split(" ")[0].toLowerCase(), results: 12 + i }, ...visitor }, { event: "Products Searched", ...options });
      case 2:
        return record({ "segment.properties": { product_id: `p-${100 + i}`, name, price, quantity: 1 + (i % 3) }, ...user }, { event: "Product Added", ...options });
      case 3:
        return record({ "segment.type": "identify", "segment.traits": { email: "ada@example.com", plan: "pro", logins: 14 + i }, ...user }, options);
      case 4:
        return record({ "segment.type": "screen", "segment.name": "Checkout", "segment.properties": { step: 2 }, ...user }, options);
      case 5:
        return record({ "segment.type": "group", "segment.group_id": "example-co", "segment.traits": { name: "Example & Co", employees: 42 }, ...user }, options);
      case 6:
        return record({ "segment.properties": { coupon: "SPRING", discount: 5.5 }, ...user }, { event: "Coupon Applied", ...options });
      case 7:
        return record({ "segment.type": "alias", "segment.previous_id": visitors[i % visitors.length], ...user }, options);
      default:
        return record({ "segment.properties": {
          order_id: `50${314 + i}b`, total: price * 2, currency: "EUR", gift: i % 2 === 0,
          products: [{ product_id: `p-${i}`, name, price }, { product_id: `p-${i + 1}`, name: "Gift Wrap", price: 2.5 }],
        }, ...user }, { event: "Order Completed", ...options });
    }
  });
}

/** What a client should not send. */
export const wrong = {
  batch: [
    { type: "track", messageId: "m-1", userId: "customer-1042", properties: { total: 27.49 }, timestamp: "yesterday" },
    { type: "track", event: "Signed Up", messageId: "m-2", properties: { plan: "free" } },
    { type: "identify", messageId: "", userId: 1042, traits: "vip", context: { library: { name: "own-client", version: "0.3.0" } } },
  ],
};

/** @param {import("./collector.js").Collector} collector */
export async function sample(collector, n = 60) {
  await collector.emit(shopping(n));
  await until("the events arrived", async () => (await collector.count()) >= n);
  await collector.upload("/v1/batch", wrong);
  await collector.upload("/v1/batch", "{");
  await collector.upload("/v1/track", { event: "Order Refunded", messageId: "m-9", userId: "customer-1077", properties: { order_id: "50314b", total: 27.49 } });
  await collector.upload("/v1/track", { event: "Order Refunded", messageId: "m-9", userId: "customer-1077", properties: { order_id: "50314b", total: 27.49 } });
}

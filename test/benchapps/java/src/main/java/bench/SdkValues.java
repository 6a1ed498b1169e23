package bench;

import static io.opentelemetry.api.common.Value.of;

import io.opentelemetry.api.common.KeyValue;
import io.opentelemetry.api.common.Value;

/** The properties of the two events, as values of the SDK. */
final class SdkValues {
  private SdkValues() {}

  static Value<?> click(int i) {
    return of(
        KeyValue.of("button", of("checkout")),
        KeyValue.of("position", of(i)),
        KeyValue.of("first", of(i % 2 == 0)));
  }

  static Value<?> order(int i) {
    return of(
        KeyValue.of("order_id", of("order-" + i)),
        KeyValue.of("total", of(27.49)),
        KeyValue.of("currency", of("USD")),
        KeyValue.of("products", products()));
  }

  static Value<?> products() {
    return of(
        product("622c6f5d5cf86a4c77358033", "G-32", "Monopoly: 3rd Edition", 14.99, 1),
        product("577c6f5d5cf86a4c7735ba03", "M-1", "Uno Card Game", 6.25, 2));
  }

  private static Value<?> product(
      String id, String sku, String name, double price, long quantity) {
    return of(
        KeyValue.of("product_id", of(id)),
        KeyValue.of("sku", of(sku)),
        KeyValue.of("name", of(name)),
        KeyValue.of("price", of(price)),
        KeyValue.of("quantity", of(quantity)),
        KeyValue.of("category", of("Games")));
  }
}

package bench;

import java.util.List;
import java.util.Map;

/** The properties of the two events, as maps of the language. */
final class Payload {
  static final String USER = "customer-1042";

  private Payload() {}

  static Map<String, Object> click(int i) {
    return Map.of("button", "checkout", "position", i, "first", i % 2 == 0);
  }

  static Map<String, Object> order(int i) {
    return Map.of(
        "order_id", "order-" + i,
        "total", 27.49,
        "currency", "USD",
        "products",
            List.of(
                product("622c6f5d5cf86a4c77358033", "G-32", "Monopoly: 3rd Edition", 14.99, 1),
                product("577c6f5d5cf86a4c7735ba03", "M-1", "Uno Card Game", 6.25, 2)));
  }

  private static Map<String, Object> product(
      String id, String sku, String name, double price, int quantity) {
    return Map.of(
        "product_id", id,
        "sku", sku,
        "name", name,
        "price", price,
        "quantity", quantity,
        "category", "Games");
  }
}

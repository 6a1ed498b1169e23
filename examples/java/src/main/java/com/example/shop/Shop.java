package com.example.shop;

import static io.opentelemetry.api.common.Value.of;

import io.opentelemetry.api.common.KeyValue;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.api.logs.LogRecordBuilder;
import io.opentelemetry.api.logs.Logger;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import java.time.Instant;
import java.util.Map;

/** Sends analytics events to an OpenTelemetry Collector with the segment exporter. */
public final class Shop {
  /**
   * The collector takes the records of this logger for analytics by default: a record is a track
   * event, unless its segment.type says otherwise.
   */
  private static final String LOGGER_NAME = "segment";

  private static final String VISITOR = "visitor-9f0b6c1e"; // before the login
  private static final String CUSTOMER = "customer-1042"; // after it

  private final Logger logger;
  private final Tracer tracer;

  private Shop(Logger logger, Tracer tracer) {
    this.logger = logger;
    this.tracer = tracer;
  }

  public static void main(String[] args) {
    // The OTEL_* variables win over these defaults.
    Map<String, String> defaults =
        Map.of(
            "otel.service.name", "example-shop",
            "otel.resource.attributes", "service.version=1.0.0",
            "otel.exporter.otlp.protocol", "http/protobuf",
            // The SDK makes spans, and so ids to put on events, only for an exporter.
            "otel.traces.exporter", "console",
            "otel.metrics.exporter", "none");

    // [provider]
    // Closing the SDK sends what the batch processor still holds.
    try (OpenTelemetrySdk sdk =
        AutoConfiguredOpenTelemetrySdk.builder()
            .addPropertiesSupplier(() -> defaults)
            .disableShutdownHook()
            .build()
            .getOpenTelemetrySdk()) {
      new Shop(sdk.getLogsBridge().get(LOGGER_NAME), sdk.getTracer("shop")).emitEvents();
    }
  }

  /**
   * Tells the story of one customer: a visit, a sign-up, an order and what came after it. The names
   * in brackets mark what the guides in docs show.
   */
  private void emitEvents() {
    // [page]
    event("page")
        .setAttribute("segment.name", "Product")
        .setAttribute("segment.category", "Shop")
        .setAttribute("segment.anonymous_id", VISITOR)
        .setAttribute(
            "segment.properties",
            of(KeyValue.of("url", of("https://shop.example.com/products/g-32"))))
        .emit();

    // [alias]
    event("alias")
        .setAttribute("segment.previous_id", VISITOR)
        .setAttribute("segment.user_id", CUSTOMER)
        .emit();

    // [identify]
    event("identify")
        .setAttribute("segment.user_id", CUSTOMER)
        .setAttribute(
            "segment.traits",
            of(
                KeyValue.of("name", of("Ada Example")),
                KeyValue.of("email", of("ada@example.com")),
                KeyValue.of("address", of(KeyValue.of("city", of("London"))))))
        .emit();

    // [group]
    event("group")
        .setAttribute("segment.user_id", CUSTOMER)
        .setAttribute("segment.group_id", "company-7")
        .setAttribute(
            "segment.traits",
            of(KeyValue.of("name", of("Example & Co")), KeyValue.of("employees", of(329))))
        .emit();

    // [screen]
    event("screen")
        .setAttribute("segment.name", "Checkout")
        .setAttribute("segment.user_id", CUSTOMER)
        .emit();

    // [order]
    event("track")
        .setEventName("Order Completed")
        .setAttribute("segment.user_id", CUSTOMER)
        .setAttribute(
            "segment.properties",
            of(
                KeyValue.of("order_id", of("50314b")),
                KeyValue.of("total", of(27.49)),
                KeyValue.of("currency", of("USD")),
                KeyValue.of(
                    "products",
                    of(product("G-32", "Monopoly", 14.99, 1), product("M-1", "Uno", 6.25, 2)))))
        .emit();

    // [track]
    // Attributes outside of segment.* become properties too, and their dots nest.
    event("track")
        .setEventName("Product Reviewed")
        .setAttribute("segment.user_id", CUSTOMER)
        .setAttribute("product.sku", "G-32")
        .setAttribute("rating", 5)
        .emit();

    // [span]
    // An event in a span carries the ids of the trace and the span.
    Span span = tracer.spanBuilder("refund").startSpan();
    try (Scope ignored = span.makeCurrent()) {
      event("track")
          .setEventName("Order Refunded")
          .setAttribute("segment.user_id", CUSTOMER)
          .setAttribute(
              "segment.properties",
              of(
                  KeyValue.of("order_id", of("50314b")),
                  KeyValue.of("total", of(14.99)),
                  KeyValue.of("currency", of("USD"))))
          .emit();
    } finally {
      span.end();
    }
  }

  // [order]
  private static Value<?> product(String sku, String name, double price, long quantity) {
    return of(
        KeyValue.of("sku", of(sku)),
        KeyValue.of("name", of(name)),
        KeyValue.of("price", of(price)),
        KeyValue.of("quantity", of(quantity)));
  }

  // [emit]
  private LogRecordBuilder event(String type) {
    return logger
        .logRecordBuilder()
        .setTimestamp(Instant.now())
        .setAttribute("segment.type", type);
  }
}

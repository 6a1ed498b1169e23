package bench;

import com.google.gson.Gson;
import io.opentelemetry.api.logs.LogRecordBuilder;
import io.opentelemetry.api.logs.Logger;
import io.opentelemetry.exporter.otlp.http.logs.OtlpHttpLogRecordExporter;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.logs.SdkLoggerProvider;
import io.opentelemetry.sdk.logs.data.LogRecordData;
import io.opentelemetry.sdk.logs.export.BatchLogRecordProcessor;
import io.opentelemetry.sdk.logs.export.LogRecordExporter;
import java.time.Instant;
import java.util.Collection;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** The OpenTelemetry SDK. */
public final class Sdk implements Driver.Client, LogRecordExporter {
  private final Semaphore sent = new Semaphore(0);
  private final LogRecordExporter exporter;
  private final Gson gson = new Gson();
  private final SdkLoggerProvider provider;
  private final Logger logger;
  private final boolean nested;
  private final String form;

  private Sdk(String form, boolean nested, String url) {
    this.nested = nested;
    this.form = form;
    exporter = OtlpHttpLogRecordExporter.builder().setEndpoint(url + "/v1/logs").build();
    provider =
        SdkLoggerProvider.builder()
            .addLogRecordProcessor(BatchLogRecordProcessor.builder(this).build())
            .build();
    logger = provider.get("segment");
  }

  public static void main(String[] args) {
    Driver.measure(args, Sdk::new);
  }

  @Override
  public void emit(int i) {
    LogRecordBuilder record =
        logger
            .logRecordBuilder()
            .setTimestamp(Instant.now())
            .setEventName(nested ? "Order Completed" : "Button Clicked")
            .setAttribute("segment.user_id", Payload.USER);
    switch (form) {
      case "map" ->
          record.setAttribute(
              "segment.properties", nested ? SdkValues.order(i) : SdkValues.click(i));
      case "json" ->
          record.setAttribute(
              "segment.properties", gson.toJson(nested ? Payload.order(i) : Payload.click(i)));
      default -> flattened(record, i);
    }
    record.emit();
  }

  private void flattened(LogRecordBuilder record, int i) {
    if (nested) {
      record
          .setAttribute("segment.properties.order_id", "order-" + i)
          .setAttribute("segment.properties.total", 27.49)
          .setAttribute("segment.properties.currency", "USD")
          .setAttribute("segment.properties.products", SdkValues.products());
    } else {
      record
          .setAttribute("segment.properties.button", "checkout")
          .setAttribute("segment.properties.position", i)
          .setAttribute("segment.properties.first", i % 2 == 0);
    }
  }

  @Override
  public void flush(int emitted) {
    provider.forceFlush();
    // forceFlush can end at once when another one is under way.
    sent.acquireUninterruptibly(emitted);
  }

  @Override
  public CompletableResultCode export(Collection<LogRecordData> logs) {
    int count = logs.size();
    CompletableResultCode result = exporter.export(logs);
    return result.whenComplete(
        () -> {
          if (!result.isSuccess()) {
            System.err.println("the SDK could not send");
            Runtime.getRuntime().halt(1);
          }
          sent.release(count);
        });
  }

  @Override
  public CompletableResultCode flush() {
    return exporter.flush();
  }

  @Override
  public CompletableResultCode shutdown() {
    return exporter.shutdown();
  }

  @Override
  public void close() {
    provider.shutdown().join(30, TimeUnit.SECONDS);
  }
}

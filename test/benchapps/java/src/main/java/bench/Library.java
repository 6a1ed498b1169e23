package bench;

import com.segment.analytics.Analytics;
import com.segment.analytics.Callback;
import com.segment.analytics.messages.Message;
import com.segment.analytics.messages.TrackMessage;
import java.util.concurrent.Semaphore;

/** Segment's own library. */
public final class Library implements Driver.Client, Callback {
  private final Semaphore sent = new Semaphore(0);
  private final Analytics analytics;
  private final boolean nested;

  private Library(String form, boolean nested, String url) {
    this.nested = nested;
    Analytics.Builder builder =
        Analytics.builder("benchapps").setUploadURL(url + "/v1/batch").callback(this);
    if (form.equals("library-512")) {
      builder.flushQueueSize(512);
    }
    analytics = builder.build();
  }

  public static void main(String[] args) {
    Driver.measure(args, Library::new);
  }

  @Override
  public void emit(int i) {
    analytics.enqueue(
        TrackMessage.builder(nested ? "Order Completed" : "Button Clicked")
            .userId(Payload.USER)
            .properties(nested ? Payload.order(i) : Payload.click(i)));
  }

  @Override
  public void flush(int emitted) {
    analytics.flush();
    // flush only starts the upload.
    sent.acquireUninterruptibly(emitted);
  }

  @Override
  public void close() {
    analytics.shutdown();
  }

  @Override
  public void success(Message message) {
    sent.release();
  }

  @Override
  public void failure(Message message, Throwable throwable) {
    throwable.printStackTrace();
    System.exit(1);
  }
}

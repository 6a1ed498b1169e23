package driver;

import com.google.gson.Gson;
import com.segment.analytics.Analytics;
import com.segment.analytics.Callback;
import com.segment.analytics.messages.Message;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Makes calls with analytics-java: a call as JSON on each line in, what was not sent on the lines
 * out.
 */
public final class Driver implements Callback {
  private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);

  private final Semaphore done = new Semaphore(0);

  public static void main(String[] args) throws IOException {
    Driver driver = new Driver();
    Analytics analytics =
        Analytics.builder(args[1])
            .endpoint(args[0])
            // The defaults would lose messages when the collector is away for a while.
            .retries(50)
            .queueCapacity(1_000_000)
            .flushInterval(1, TimeUnit.SECONDS)
            .callback(driver)
            .build();
    int enqueued = 0;
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      Map<String, Object> call = Calls.read(line);
      try {
        analytics.enqueue(Calls.builder(call));
        enqueued++;
      } catch (ClassCastException | IllegalArgumentException | IllegalStateException e) {
        report(call.get("name"), e.getMessage());
      }
    }
    analytics.flush();
    driver.done.acquireUninterruptibly(enqueued);
    analytics.shutdown();
  }

  private static void report(Object name, String why) {
    OUT.println(new Gson().toJson(Map.of("name", name, "why", String.valueOf(why))));
  }

  @Override
  public void success(Message message) {
    done.release();
  }

  @Override
  public void failure(Message message, Throwable error) {
    report(message.context().get("call"), String.valueOf(error));
    done.release();
  }
}

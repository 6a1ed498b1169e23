package bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.function.Supplier;

/** Makes one kind of event many times and prints what that cost this process. */
final class Driver {
  /** Fits into the default queue of the SDK, which drops what does not. */
  private static final int BURST = 2_000;

  /** What emits the events. */
  interface Client {
    void emit(int i);

    /** Waits until everything that was emitted has been sent. */
    void flush(int emitted);

    void close();
  }

  /** Opens a client as the arguments of the program say. */
  interface Factory {
    Client open(String form, boolean nested, String url);
  }

  private Driver() {}

  static void measure(String[] args, Factory factory) {
    Supplier<Client> open = () -> factory.open(args[0], args[1].equals("nested"), args[2]);
    int warmUp = Integer.parseInt(args[3]);
    int events = Integer.parseInt(args[4]);
    run(open.get(), 0, warmUp);
    long before = cpuTime();
    long calling = run(open.get(), warmUp, events);
    long used = cpuTime() - before;
    System.out.printf(
        Locale.ROOT,
        "{\"cpu_us\": %f, \"call_us\": %f}%n",
        used / 1e3 / events,
        calling / 1e3 / events);
    // Without exit the program would wait for the threads of the HTTP clients.
    System.exit(0);
  }

  /** Emits the events in bursts, and returns the time that the calls took, in ns. */
  private static long run(Client client, int first, int count) {
    int end = first + count;
    long calling = 0;
    for (int start = first; start < end; start += BURST) {
      int burst = Math.min(BURST, end - start);
      long before = System.nanoTime();
      for (int i = start; i < start + burst; i++) {
        client.emit(i);
      }
      calling += System.nanoTime() - before;
      client.flush(burst);
    }
    client.close();
    return calling;
  }

  private static long cpuTime() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }
}

package dev.adit.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * What a JVM holds.
 *
 * @param heapBytes of objects that are in use, after a collection
 */
record Footprint(long heapBytes, int descriptors, int threads) {
  /** What a collection leaves is not the same each time. */
  private static final long HEAP_LEEWAY = 2L << 20;

  /** The JVM starts and ends compilers as it needs them; a log-off or a status takes a socket. */
  private static final int LEEWAY = 2;

  static Footprint of(AditProcess adit) {
    return new Footprint(liveHeap(adit), count(adit, "fd"), count(adit, "task"));
  }

  void assertNoMoreThan(Footprint before) {
    assertThat(descriptors).as("descriptors").isLessThanOrEqualTo(before.descriptors + LEEWAY);
    assertThat(threads).as("threads").isLessThanOrEqualTo(before.threads + LEEWAY);
    assertThat(heapBytes).as("heap").isLessThan(before.heapBytes + HEAP_LEEWAY);
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%.1f MiB in use, %d descriptors, %d threads",
        heapBytes / 1048576.0,
        descriptors,
        threads);
  }

  private static long liveHeap(AditProcess adit) {
    String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    List<String> argv = List.of(jcmd, String.valueOf(adit.pid()), "GC.class_histogram");
    String last =
        Command.run(Duration.ofSeconds(20), "", argv)
            .ok()
            .lines()
            .filter(l -> l.startsWith("Total"))
            .findFirst()
            .orElseThrow();
    return Long.parseLong(last.strip().split(" +", -1)[2]);
  }

  private static int count(AditProcess adit, String what) {
    try (var files = Files.list(Path.of("/proc", String.valueOf(adit.pid()), what))) {
      return (int) files.count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

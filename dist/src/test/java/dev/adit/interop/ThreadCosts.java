package dev.adit.interop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a process's threads took in a while: nanoseconds on a CPU and how often each woke, by the
 * kernel's names of the threads (proc(5): {@code schedstat}, {@code status}). What the JVM's
 * compilers take is left out: it is owed for what the program did before, and comes when the
 * machine has time for it.
 */
record ThreadCosts(Map<String, Long> nanos, Map<String, Long> wakes) {

  /** What they have taken since they began. */
  static ThreadCosts of(long pid) {
    Map<String, Long> nanos = new TreeMap<>();
    Map<String, Long> wakes = new TreeMap<>();
    try (var threads = Files.list(Path.of("/proc", String.valueOf(pid), "task"))) {
      threads.forEach(thread -> add(thread, nanos, wakes));
    } catch (IOException e) {
      throw new AssertionError("process " + pid + " has ended", e);
    }
    return new ThreadCosts(nanos, wakes);
  }

  /** What they have taken since then. */
  ThreadCosts since(ThreadCosts then) {
    return new ThreadCosts(minus(nanos, then.nanos), minus(wakes, then.wakes));
  }

  long totalNanos() {
    return nanos.values().stream().mapToLong(Long::longValue).sum();
  }

  long totalWakes() {
    return wakes.values().stream().mapToLong(Long::longValue).sum();
  }

  private static void add(Path thread, Map<String, Long> nanos, Map<String, Long> wakes) {
    try {
      String name = Files.readString(thread.resolve("comm")).strip();
      if (!name.contains("Compiler")) {
        nanos.merge(name, ran(thread), Long::sum);
        wakes.merge(name, slept(thread), Long::sum);
      }
    } catch (IOException e) {
      // A thread that has ended since it was listed takes nothing any more.
    }
  }

  private static long ran(Path thread) throws IOException {
    return Long.parseLong(Files.readString(thread.resolve("schedstat")).split(" ", -1)[0]);
  }

  private static long slept(Path thread) throws IOException {
    return Files.readAllLines(thread.resolve("status")).stream()
        .filter(line -> line.startsWith("voluntary_ctxt_switches:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .sum();
  }

  private static Map<String, Long> minus(Map<String, Long> now, Map<String, Long> then) {
    return now.entrySet().stream()
        .collect(
            Collectors.toMap(
                Map.Entry::getKey,
                e -> e.getValue() - then.getOrDefault(e.getKey(), 0L),
                Long::sum,
                TreeMap::new));
  }
}

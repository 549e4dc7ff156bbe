package dev.adit.bench;

import dev.adit.interop.Command;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Each engine by itself, by JMH: nanoseconds of a packet, and bytes that it leaves to the
 * collector. What seals, frames or compresses packets of 1400 bytes has a number behind its name:
 * packets in a batch. {@code src/micro} has the code.
 */
final class Micro {
  static final String TABLE = "micro";

  /** Made of our code alone: they leave nothing. The JCE, the LZ4 library and messages do. */
  private static final List<String> CLEAN =
      List.of("Offload", "Cstp", "Packet compress LZS", "Packet expand LZS");

  private Micro() {}

  /** Of one packet: what it leaves, and how long it takes by each measurement. */
  private record Found(double bytes, List<Double> nanos) {}

  static List<Figure> measure(boolean quick, Progress progress) throws VoidRun {
    progress.step("micro: a minute or more for each dozen");
    List<String> argv =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("adit.bench.micro", ""),
                "dev.adit.bench.MicroRun",
                quick ? "400" : "1000",
                quick ? "2" : "5"));
    Command ended = Command.run(Duration.ofMinutes(20), "", argv);
    if (ended.exitCode() != 0) {
      throw new VoidRun("JMH: " + (ended.err() + ended.out()).strip());
    }
    Map<String, Found> found = new LinkedHashMap<>();
    ended.out().lines().filter(l -> l.startsWith("found ")).forEach(l -> read(l, found));
    List<Figure> times = new ArrayList<>();
    List<Figure> garbage = new ArrayList<>();
    found.forEach(
        (name, one) -> {
          times.add(Figure.of(TABLE, name, "ns each", one.nanos, List.of()));
          Goal[] goals =
              CLEAN.stream().anyMatch(name::startsWith) ? new Goal[] {Goal.atMost(0)} : new Goal[0];
          double bytes = Math.rint(one.bytes);
          garbage.add(
              Figure.of(TABLE, name, "B of garbage each", List.of(bytes), List.of(), goals));
        });
    times.addAll(garbage);
    return times;
  }

  /** {@code found NAME|PACKETS|BYTES|NANOSECONDS ...}. */
  private static void read(String line, Map<String, Found> found) {
    String[] fields = line.substring("found ".length()).split("\\|", -1);
    int packets = Integer.parseInt(fields[1]);
    List<Double> nanos = new ArrayList<>();
    for (String nanosecond : fields[3].split(" ", -1)) {
      nanos.add(Double.parseDouble(nanosecond) / packets);
    }
    found.put(fields[0], new Found(Double.parseDouble(fields[2]) / packets, nanos));
  }
}

package dev.adit.interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Fifty pings a second through the tunnel, and what was heard of them. */
final class Pings {
  private final Path output;

  private Pings(Path output) {
    this.output = output;
  }

  /** Begins, and waits until they flow; they end with the lab, or after a minute and a half. */
  static Pings start(Lab lab, String target) {
    return start(lab, target, Duration.ofSeconds(90));
  }

  /** The same, for so long. */
  static Pings start(Lab lab, String target, Duration most) {
    Path output = lab.directory().resolve("ping");
    lab.start(
        output,
        lab.inClient(
            "ping",
            "-D",
            "-O",
            "-i",
            "0.02",
            "-W",
            "1",
            "-w",
            String.valueOf(most.toSeconds()),
            target));
    Pings pings = new Pings(output);
    pings.flowOn();
    return pings;
  }

  /** Seconds since 1970, as the answers have it. */
  static double now() {
    return System.currentTimeMillis() / 1000.0;
  }

  /** Waits until fifty more are answered. */
  void flowOn() {
    int before = answers().size();
    Lab.await("pings flow", Duration.ofSeconds(20), () -> answers().size() > before + 50);
  }

  /** Lets that much time pass. */
  void flow(Duration time) {
    double end = now() + time.toMillis() / 1000.0;
    Lab.await("time passes", time.plusSeconds(5), () -> now() >= end);
  }

  double longestSilence() {
    return longestSilenceSince(0);
  }

  /** Between two answers of which the later came after that moment, in seconds. */
  double longestSilenceSince(double moment) {
    List<Double> times = answers();
    double longest = 0;
    int answered = 0;
    for (int i = 1; i < times.size(); i++) {
      if (times.get(i) >= moment) {
        longest = Math.max(longest, times.get(i) - times.get(i - 1));
        answered++;
      }
    }
    System.err.printf(
        "longest silence among %d answers to 50 pings a second: %.3f s%n", answered, longest);
    return longest;
  }

  /** Whether one was answered within the last half second. */
  boolean isFlowing() {
    List<Double> times = answers();
    return !times.isEmpty() && now() - times.get(times.size() - 1) < 0.5;
  }

  /** Seconds from a moment to the end of the longest silence after it. */
  double silenceEndsAfter(double moment) {
    List<Double> times = answers();
    double longest = 0;
    double end = moment;
    for (int i = 1; i < times.size(); i++) {
      double silence = times.get(i) - times.get(i - 1);
      if (times.get(i) > moment && silence > longest) {
        longest = silence;
        end = times.get(i);
      }
    }
    System.err.printf("packets again %.2f s after the event%n", end - moment);
    return end - moment;
  }

  private List<Double> answers() {
    try {
      return Files.readAllLines(output).stream()
          .filter(l -> l.contains("bytes from") && l.startsWith("["))
          .map(l -> Double.parseDouble(l.substring(1, l.indexOf(']'))))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

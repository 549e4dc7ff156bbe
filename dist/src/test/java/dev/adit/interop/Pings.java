package dev.adit.interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Fifty pings a second through the tunnel, and what was heard of them. */
final class Pings implements AutoCloseable {
  private static final Pattern ANSWER =
      Pattern.compile("^\\[([0-9.]+)] \\d+ bytes from .* icmp_seq=(\\d+) ");

  private final Process process;
  private final Path output;

  private record Answer(double time, int number) {}

  private Pings(Process process, Path output) {
    this.process = process;
    this.output = output;
  }

  /**
   * Begins, and waits until they flow; they end when closed, with the lab, or after a minute and a
   * half.
   */
  static Pings start(Lab lab, String target) {
    return start(lab, target, Duration.ofSeconds(90));
  }

  /** The same, for so long. */
  static Pings start(Lab lab, String target, Duration most) {
    Path output = lab.directory().resolve("ping");
    Process process =
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
    Pings pings = new Pings(process, output);
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
    List<Answer> answers = answers();
    double longest = 0;
    int answered = 0;
    for (int i = 1; i < answers.size(); i++) {
      if (answers.get(i).time() >= moment) {
        longest = Math.max(longest, answers.get(i).time() - answers.get(i - 1).time());
        answered++;
      }
    }
    System.err.printf(
        "longest silence among %d answers to 50 pings a second: %.3f s%n", answered, longest);
    return longest;
  }

  /** How many were not answered, from the first that was after that moment to the last one. */
  int lostSince(double moment) {
    List<Integer> numbers =
        answers().stream().filter(a -> a.time() >= moment).map(Answer::number).sorted().toList();
    return numbers.isEmpty()
        ? 0
        : numbers.get(numbers.size() - 1) - numbers.get(0) + 1 - numbers.size();
  }

  /** Whether one was answered within the last half second. */
  boolean isFlowing() {
    List<Answer> answers = answers();
    return !answers.isEmpty() && now() - answers.get(answers.size() - 1).time() < 0.5;
  }

  /** Seconds from a moment to the end of the longest silence after it. */
  double silenceEndsAfter(double moment) {
    List<Answer> answers = answers();
    double longest = 0;
    double end = moment;
    for (int i = 1; i < answers.size(); i++) {
      double silence = answers.get(i).time() - answers.get(i - 1).time();
      if (answers.get(i).time() > moment && silence > longest) {
        longest = silence;
        end = answers.get(i).time();
      }
    }
    System.err.printf("packets again %.2f s after the event%n", end - moment);
    return end - moment;
  }

  private List<Answer> answers() {
    try {
      return Files.readAllLines(output).stream()
          .map(ANSWER::matcher)
          .filter(Matcher::find)
          .map(m -> new Answer(Double.parseDouble(m.group(1)), Integer.parseInt(m.group(2))))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroy();
    process.onExit().join();
  }
}

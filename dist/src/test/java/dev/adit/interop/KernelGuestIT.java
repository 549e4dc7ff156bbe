package dev.adit.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * What needs a kernel with ESP, on Debian's own under emulation: two guests at once, since one
 * emulates on one processor, and a test here for each in there. {@code dist/guest} says what a
 * guest is. {@code -Dadit.kills=50} has the client killed so often; {@code -Dadit.scenarios=Change}
 * runs the classes of such a name. {@code dist/kernel} runs this alone.
 */
final class KernelGuestIT {
  /** By guest, so that both take about as long. */
  private static final List<List<Class<?>>> SCENARIOS =
      List.of(
          List.of(KernelScenarios.class, KernelEspScenarios.class),
          List.of(KernelChangeScenarios.class, KernelOuterIpv6Scenarios.class));

  private static final String ONLY = System.getProperty("adit.scenarios", "");

  /** For each JVM in there: to an emulator the second compiler costs more than it saves. */
  private static final Map<String, String> QUICK =
      Map.of("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1");

  private static final int KILLS = Integer.getInteger("adit.kills", 0);

  /** A kill takes half a minute. */
  private static final Duration LIMIT = Duration.ofMinutes(30 + KILLS);

  @TestFactory
  Stream<DynamicTest> onDebiansKernel(@TempDir Path directory) {
    List<CompletableFuture<List<DynamicTest>>> guests = new ArrayList<>();
    for (List<Class<?>> group : SCENARIOS) {
      List<String> names =
          group.stream().map(Class::getName).filter(name -> name.contains(ONLY)).toList();
      if (!names.isEmpty()) {
        Path own = directory.resolve("guest" + guests.size());
        guests.add(
            CompletableFuture.supplyAsync(
                () -> guest(own, names), task -> new Thread(task).start()));
      }
    }
    return guests.stream().map(CompletableFuture::join).flatMap(List::stream);
  }

  private static List<DynamicTest> guest(Path directory, List<String> classes) {
    try {
      Path results = Guest.out(Files.createDirectory(directory)).resolve("results");
      List<String> program = new ArrayList<>();
      program.add("-Dadit.kills=" + KILLS);
      program.add(GuestRunner.class.getName());
      program.add(results.toString());
      program.addAll(classes);
      long began = System.nanoTime();
      Command guest = Guest.run(directory, LIMIT, QUICK, program);
      long seconds = (System.nanoTime() - began) / 1_000_000_000;
      guest
          .out()
          .lines()
          .filter(l -> l.contains("longest silence") || l.contains("numbered packets"))
          .forEach(System.err::println);
      System.err.println(String.join(", ", classes) + " took a guest " + seconds + " s");
      assertThat(results).as(() -> "The guest ran no test\n" + guest).isNotEmptyFile();
      List<DynamicTest> tests = new ArrayList<>();
      for (String line : Files.readAllLines(results)) {
        tests.add(test(line));
      }
      tests.add(DynamicTest.dynamicTest("the guest ends after " + seconds + " s", guest::ok));
      return tests;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static DynamicTest test(String line) {
    String[] fields = line.split("\t", -1);
    return DynamicTest.dynamicTest(
        fields[0] + ", " + Long.parseLong(fields[1]) / 1000 + " s",
        // By name, which a report has not of a test that was found while it ran.
        () -> assertThat(GuestRunner.failure(line)).as(fields[0]).isEmpty());
  }
}

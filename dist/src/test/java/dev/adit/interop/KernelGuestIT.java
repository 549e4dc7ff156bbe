package dev.adit.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * What needs a kernel with ESP, on Debian's own under emulation: one guest for all of it, and a
 * test here for each in there. {@code dist/guest} says what a guest is. {@code -Dadit.kills=50} has
 * the client killed so often; {@code -Dadit.scenarios=Change} runs the classes of such a name.
 * {@code dist/kernel} runs this alone.
 */
final class KernelGuestIT {
  private static final List<Class<?>> SCENARIOS =
      List.of(
          KernelEspScenarios.class,
          KernelScenarios.class,
          KernelChangeScenarios.class,
          KernelOuterIpv6Scenarios.class);

  private static final String ONLY = System.getProperty("adit.scenarios", "");

  /** For each JVM in there: to an emulator the second compiler costs more than it saves. */
  private static final Map<String, String> QUICK =
      Map.of("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1");

  private static final Duration LIMIT = Duration.ofMinutes(30);

  @TestFactory
  Stream<DynamicTest> onDebiansKernel(@TempDir Path directory) throws IOException {
    Path results = Guest.out(directory).resolve("results");
    List<String> program = new ArrayList<>();
    program.add("-Dadit.kills=" + Integer.getInteger("adit.kills", 0));
    program.add(GuestRunner.class.getName());
    program.add(results.toString());
    SCENARIOS.stream()
        .filter(each -> each.getSimpleName().contains(ONLY))
        .forEach(each -> program.add(each.getName()));
    long began = System.nanoTime();
    Command guest = Guest.run(directory, LIMIT, QUICK, program);
    long seconds = (System.nanoTime() - began) / 1_000_000_000;
    guest
        .out()
        .lines()
        .filter(l -> l.contains("longest silence") || l.contains("numbered packets"))
        .forEach(System.err::println);
    assertThat(results).as(() -> "The guest ran no test\n" + guest).isNotEmptyFile();
    List<DynamicTest> tests = new ArrayList<>();
    for (String line : Files.readAllLines(results)) {
      tests.add(test(line));
    }
    tests.add(DynamicTest.dynamicTest("the guest ends after " + seconds + " s", guest::ok));
    return tests.stream();
  }

  private static DynamicTest test(String line) {
    String[] fields = line.split("\t", -1);
    return DynamicTest.dynamicTest(
        fields[0] + ", " + Long.parseLong(fields[1]) / 1000 + " s",
        () -> assertThat(GuestRunner.failure(line)).isEmpty());
  }
}

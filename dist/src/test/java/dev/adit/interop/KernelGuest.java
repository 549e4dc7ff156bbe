package dev.adit.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * What needs a kernel with ESP, on Debian's own under emulation: one guest for all of it, and a
 * test here for each in there. {@code dist/guest} says what a guest is. {@code -Dadit.kills=50} has
 * the client killed so often. Called by {@code dist/kernel} alone: under its name it is no part of
 * {@code dist/check}.
 */
final class KernelGuest {
  private static final List<Class<?>> SCENARIOS =
      List.of(KernelEspScenarios.class, KernelScenarios.class, KernelChangeScenarios.class);

  /** Waits in the guest are so many times as long. */
  private static final int PATIENCE = 6;

  private static final Duration LIMIT = Duration.ofMinutes(25);

  @TestFactory
  Stream<DynamicTest> onDebiansKernel(@TempDir Path out) throws IOException {
    // Its first start writes an archive of classes, which takes an emulator minutes.
    Command.run(Duration.ofMinutes(1), "", List.of(AditProcess.launcher(), "--version")).ok();
    Path results = out.resolve("results");
    List<String> argv =
        new ArrayList<>(
            List.of(
                "env",
                "ADIT_OUT=" + out,
                "ADIT_GUEST_S=" + LIMIT.toSeconds(),
                // Code that runs for seconds is not worth more, and was verified when it was built.
                "JAVA_TOOL_OPTIONS=-XX:TieredStopAtLevel=1 -XX:-BytecodeVerificationRemote",
                Path.of("guest").toAbsolutePath().toString(),
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Dadit.home=" + AditProcess.tree(),
                "-Dadit.patience=" + PATIENCE,
                "-Dadit.kills=" + Integer.getInteger("adit.kills", 0),
                "-cp",
                System.getProperty("java.class.path"),
                GuestRunner.class.getName(),
                results.toString()));
    SCENARIOS.forEach(each -> argv.add(each.getName()));
    Command guest = Command.run(LIMIT.plusMinutes(1), "", argv);
    assertThat(results).as(() -> "The guest ran no test\n" + guest).isNotEmptyFile();
    List<DynamicTest> tests = new ArrayList<>();
    for (String line : Files.readAllLines(results)) {
      tests.add(test(line.split("\t", -1)));
    }
    tests.add(DynamicTest.dynamicTest("the guest comes to its end", guest::ok));
    return tests.stream();
  }

  /** Of a line of {@link GuestRunner}. */
  private static DynamicTest test(String... fields) {
    return DynamicTest.dynamicTest(
        fields[0] + ", " + Long.parseLong(fields[1]) / 1000 + " s",
        () ->
            assertThat(new String(Base64.getDecoder().decode(fields[2]), StandardCharsets.UTF_8))
                .isEmpty());
  }
}

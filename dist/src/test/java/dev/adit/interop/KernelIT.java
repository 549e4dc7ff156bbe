package dev.adit.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@link KernelScenarios} on Debian's own kernel, under emulation ({@code dist/guest}), each a test
 * of its own here.
 */
final class KernelIT {
  private static final int LIMIT_SECONDS = 540;

  @TempDir private Path out;

  @TestFactory
  Stream<DynamicTest> scenarios() throws Exception {
    Path results = out.resolve("results");
    ProcessBuilder guest =
        new ProcessBuilder(
                guest(),
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                // Compiled code is what an emulator is slowest to make.
                "-XX:TieredStopAtLevel=1",
                "-Dadit.home=" + AditProcess.tree(),
                "-Dadit.patience=6",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                GuestRunner.class.getName(),
                results.toString(),
                KernelScenarios.class.getName())
            .redirectErrorStream(true)
            .redirectOutput(out.resolve("guest.log").toFile());
    guest.environment().put("ADIT_OUT", out.toString());
    guest.environment().put("ADIT_GUEST_S", String.valueOf(LIMIT_SECONDS));
    guest.environment().put("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1");
    Process process = guest.start();
    if (!process.waitFor(LIMIT_SECONDS + 120, TimeUnit.SECONDS)) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    String log = Files.readString(out.resolve("guest.log"));
    assertThat(results).as("results of the guest\n" + log).exists();
    List<String> lines = Files.readAllLines(results);
    assertThat(process.exitValue()).as("the guest ended well\n" + log).isZero();
    assertThat(lines).as(log).isNotEmpty();
    return lines.stream().map(KernelIT::test);
  }

  private static DynamicTest test(String line) {
    String[] parts = line.split("\t", -1);
    return DynamicTest.dynamicTest(
        parts[0] + " (" + parts[1] + " ms in the guest)",
        () -> {
          String failure = new String(Base64.getDecoder().decode(parts[2]), StandardCharsets.UTF_8);
          if (!failure.isEmpty()) {
            throw new AssertionError(failure);
          }
        });
  }

  private static String guest() throws IOException {
    // From dist/target/adit to dist.
    return AditProcess.tree().resolve("../../guest").toRealPath().toString();
  }
}

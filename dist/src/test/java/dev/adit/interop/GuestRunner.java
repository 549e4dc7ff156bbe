package dev.adit.interop;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.engine.JupiterTestEngine;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * Runs test classes inside a guest. Each test becomes a line of a file that the host reads:
 *
 * <pre>
 *   NAME TAB milliseconds TAB failure in base64, empty if it passed
 * </pre>
 */
final class GuestRunner {
  private GuestRunner() {}

  /** Arguments: the file, then the classes, or single tests as {@code CLASS#TEST}. */
  public static void main(String[] arguments) {
    Path results = Path.of(arguments[0]);
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(Arrays.stream(arguments).skip(1).map(GuestRunner::selector).toList())
            .build();
    // No other engine than the one that is meant: each takes seconds to look around.
    LauncherConfig jupiter =
        LauncherConfig.builder()
            .enableTestEngineAutoRegistration(false)
            .addTestEngines(new JupiterTestEngine())
            .build();
    LauncherFactory.create(jupiter).execute(request, new Lines(results));
    // Threads of a failed test must not keep the guest from ending.
    Runtime.getRuntime().halt(0);
  }

  private static DiscoverySelector selector(String name) {
    return name.contains("#") ? selectMethod(name) : selectClass(name);
  }

  /** Of a line; empty if that test passed. */
  static String failure(String line) {
    return new String(Base64.getDecoder().decode(line.split("\t", -1)[2]), StandardCharsets.UTF_8);
  }

  /** Writes the lines, and says what has come to its end when, for whoever watches the guest. */
  private static final class Lines implements TestExecutionListener {
    private final Path results;
    private TestPlan plan;
    private long started;

    @SuppressWarnings("NullAway")
    Lines(Path results) {
      this.results = results;
    }

    @Override
    public void testPlanExecutionStarted(TestPlan testPlan) {
      plan = testPlan;
    }

    @Override
    public void executionStarted(TestIdentifier test) {
      started = System.nanoTime();
      say("begins", test);
    }

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
      line(test, "skipped: " + reason);
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
      String failure = result.getThrowable().map(Lines::text).orElse("");
      say(result.getStatus().toString(), test);
      if (test.isTest() || !failure.isEmpty()) {
        line(test, failure);
      }
    }

    private static void say(String what, TestIdentifier test) {
      long age = ProcessHandle.current().info().startInstant().map(Lines::since).orElse(0L);
      System.err.printf("%6.1f s %s %s%n", age / 1000.0, what, test.getDisplayName());
    }

    private static long since(Instant start) {
      return Duration.between(start, Instant.now()).toMillis();
    }

    private void line(TestIdentifier test, String failure) {
      String parent = plan.getParent(test).map(TestIdentifier::getDisplayName).orElse("");
      String line =
          (parent + " " + test.getDisplayName()).replace('\t', ' ')
              + "\t"
              + (System.nanoTime() - started) / 1_000_000
              + "\t"
              + Base64.getEncoder().encodeToString(failure.getBytes(StandardCharsets.UTF_8))
              + "\n";
      try {
        Files.writeString(results, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static String text(Throwable thrown) {
      StringWriter text = new StringWriter();
      thrown.printStackTrace(new PrintWriter(text));
      return text.toString();
    }
  }
}

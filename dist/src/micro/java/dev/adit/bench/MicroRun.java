package dev.adit.bench;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * All that JMH finds here, each in a JVM of its own. SECONDS TIMES: how long one measurement is,
 * and how many there are. Told in lines {@code found NAME|PACKETS|BYTES|NANOSECONDS ...}: the bytes
 * that one call allocates, and the time that it takes, for each measurement.
 */
final class MicroRun {
  private MicroRun() {}

  public static void main(String[] arguments) throws Exception {
    Collection<RunResult> results =
        new Runner(
                new OptionsBuilder()
                    .include(".*Micro\\..*")
                    .mode(Mode.AverageTime)
                    .timeUnit(TimeUnit.NANOSECONDS)
                    .warmupIterations(2)
                    .warmupTime(TimeValue.milliseconds(Long.parseLong(arguments[0])))
                    .measurementTime(TimeValue.milliseconds(Long.parseLong(arguments[0])))
                    .measurementIterations(Integer.parseInt(arguments[1]))
                    .forks(1)
                    .jvmArgs("-XX:+UseSerialGC", "-Xms64m", "-Xmx192m")
                    .addProfiler(GCProfiler.class)
                    .shouldFailOnError(true)
                    .build())
            .run();
    for (RunResult result : results) {
      StringBuilder line = new StringBuilder("found " + name(result.getParams()));
      line.append('|').append(packets(result.getParams()));
      line.append('|').append(bytes(result)).append('|');
      result
          .getAggregatedResult()
          .getIterationResults()
          .forEach(one -> line.append(one.getPrimaryResult().getScore()).append(' '));
      System.out.println(line.toString().strip());
    }
  }

  /** {@code Dtls seal AES-256-GCM 64}. */
  private static String name(BenchmarkParams params) {
    String[] words = params.getBenchmark().split("\\.");
    String engine = words[words.length - 2].replace("Micro", "");
    String done = words[words.length - 1].replace("And", " and ").toLowerCase(Locale.ROOT);
    StringBuilder name = new StringBuilder(engine + " " + done);
    params.getParamsKeys().stream()
        .sorted(Comparator.reverseOrder())
        .forEach(key -> name.append(' ').append(params.getParam(key)));
    return name.toString();
  }

  private static int packets(BenchmarkParams params) {
    if (params.getBenchmark().contains("OffloadMicro")) {
      return 44;
    }
    String batch = params.getParam("batch");
    return batch == null ? 1 : Integer.parseInt(batch);
  }

  private static double bytes(RunResult result) {
    return result.getSecondaryResults().entrySet().stream()
        .filter(e -> e.getKey().endsWith("gc.alloc.rate.norm"))
        .mapToDouble(e -> e.getValue().getScore())
        .findFirst()
        .orElse(Double.NaN);
  }
}

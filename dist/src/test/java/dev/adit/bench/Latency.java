package dev.adit.bench;

import dev.adit.bench.Transmission.Direction;
import dev.adit.interop.Command;
import dev.adit.interop.Lab;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The round trip of a ping through the tunnel, while nothing else goes through it and while half of
 * what it can carry does. Half is the same for both clients: of the less that either can.
 */
final class Latency {
  static final String TABLE = "latency";
  private static final Pattern TIME = Pattern.compile("time=([\\d.]+) ms");
  private static final int PER_SECOND = 100;
  private static final double MOST_LOST = 0.02;

  private Latency() {}

  static List<Figure> measure(Setup setup, Settings settings, Progress progress) throws VoidRun {
    Samples samples = new Samples();
    String idle = setup + ", idle, ";
    String loaded = setup + ", loaded, ";
    try (Site site = new Site(setup)) {
      double half = most(site, settings, progress) / 2;
      progress.result("half is %.2f Gbit/s".formatted(half));
      for (int pair = 1; pair <= settings.pairs(); pair++) {
        for (Client client : Client.inTurn(pair)) {
          progress.step("latency: " + setup + ", pair " + pair + ", " + client);
          try (Session session = Session.connect(site, client)) {
            Transmission.warmUp(session, settings.warmUpMegabytes());
            add(samples, client, idle, pings(session, settings.seconds()));
            try (Load load = new Load(session, half, settings.seconds() + 2)) {
              add(samples, client, loaded, pings(session, settings.seconds()));
              load.check();
            }
          }
        }
      }
    }
    List<Figure> figures = new ArrayList<>();
    for (String name : List.of(idle, loaded)) {
      figures.add(samples.figure(TABLE, name + "p50", "ms", Goal.ratioAtMost(1.1)));
      figures.add(samples.figure(TABLE, name + "p99", "ms", Goal.ratioAtMost(1.5)));
    }
    return figures;
  }

  private static void add(Samples samples, Client client, String name, List<Double> times) {
    samples.add(client, name + "p50", Statistics.percentile(times, 50));
    samples.add(client, name + "p99", Statistics.percentile(times, 99));
  }

  /** What the slower of both carries towards the client, in Gbit/s. */
  private static double most(Site site, Settings settings, Progress progress) throws VoidRun {
    List<Double> most = new ArrayList<>();
    for (Client client : Client.values()) {
      progress.step("latency: " + site.setup() + ", what it can carry, " + client);
      try (Session session = Session.connect(site, client)) {
        Transmission.warmUp(session, settings.warmUpMegabytes());
        most.add(
            Transmission.of(session, Direction.DOWN, settings.seconds(), 1).gigabitsPerSecond());
      }
    }
    return Statistics.least(most);
  }

  /** Milliseconds, one for each ping that was answered. */
  private static List<Double> pings(Session session, int seconds) throws VoidRun {
    int count = seconds * PER_SECOND;
    Command ended =
        Command.run(
            Duration.ofSeconds(seconds + 20L),
            "",
            session
                .site()
                .lab()
                .inClient("ping", "-i0.01", "-c" + count, "-W2", session.site().inner()));
    List<Double> times =
        TIME.matcher(ended.out()).results().map(r -> Double.valueOf(r.group(1))).toList();
    if (times.size() < count * (1 - MOST_LOST) || !session.carried()) {
      throw new VoidRun(
          session.client() + ": " + times.size() + " of " + count + " pings were answered");
    }
    return times;
  }

  /** TCP towards the client at a rate, for so long. */
  private static final class Load implements AutoCloseable {
    private final Session session;
    private final double gigabitsPerSecond;
    private final Process process;
    private final long before;

    Load(Session session, double gigabitsPerSecond, int seconds) {
      this.session = session;
      this.gigabitsPerSecond = gigabitsPerSecond;
      Lab lab = session.site().lab();
      Path log = lab.directory().resolve("load.log");
      before = session.throughDevice();
      process =
          lab.start(
              log,
              lab.inClient(
                  "iperf3",
                  "-R",
                  "-c" + session.site().inner(),
                  "-t" + seconds,
                  "-b" + (long) (gigabitsPerSecond * 1e9)));
    }

    /** That it was there: most of it went through the device. */
    void check() throws VoidRun {
      process.onExit().join();
      double bits = (session.throughDevice() - before) * 8.0;
      if (process.exitValue() != 0 || bits < gigabitsPerSecond * 1e9) {
        throw new VoidRun(
            "%s: the load of %.2f Gbit/s moved %.2f Gbit in all"
                .formatted(session.client(), gigabitsPerSecond, bits / 1e9));
      }
    }

    @Override
    public void close() {
      process.destroy();
    }
  }
}

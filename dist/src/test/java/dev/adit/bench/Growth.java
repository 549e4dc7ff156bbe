package dev.adit.bench;

import dev.adit.bench.Transmission.Direction;
import dev.adit.interop.Lab;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What becomes of speed and cost as the work grows; once each, for a page with charts. */
final class Growth {
  private static final List<Integer> SIZES = List.of(64, 128, 256, 512, 1024, 1400, 4000, 9000);
  private static final List<Integer> STREAMS = List.of(1, 2, 4, 8, 16, 32, 64);

  /** In Mbit/s, the same for both: openconnect has its most at the last. */
  private static final List<Integer> RATES =
      List.of(50, 100, 150, 200, 250, 300, 350, 400, 450, 500);

  private static final List<Integer> TUNNELS = List.of(1, 10, 25, 50, 100);
  private static final List<Integer> ROUTES = List.of(1, 10, 100, 1000, 10_000);

  /** Of what TCP carries: so many datagrams of each size are sent, as far as they can be. */
  private static final double OFFERED = 0.8;

  private static final int MOST_SECONDS = 60;

  private final Setup setup;
  private final Settings settings;
  private final Progress progress;
  private final List<Series> all = new ArrayList<>();

  Growth(Setup setup, Settings settings, Progress progress) {
    this.setup = setup;
    this.settings = settings;
    this.progress = progress;
  }

  private interface Point {
    double of(int step) throws VoidRun;
  }

  /** Writes {@code README.md} and a chart for each series into a directory. */
  void write(Path directory, String command, Map<String, String> facts) throws IOException {
    sessions(command);
    tunnels(command);
    routes(command);
    Files.createDirectories(directory);
    StringBuilder page = new StringBuilder("# As the work grows\n\n");
    page.append("By ").append(setup).append(", each figure measured once.\n\n");
    facts.forEach((name, value) -> page.append("- ").append(name + ": " + value).append('\n'));
    for (Series series : all) {
      page.append('\n').append(series.markdown());
      Files.writeString(directory.resolve(series.file()), series.svg());
    }
    Files.writeString(directory.resolve("README.md"), page);
  }

  private void sessions(String command) {
    Map<String, Map<Integer, Double>> sizes = new LinkedHashMap<>();
    Map<String, Map<Integer, Double>> speed = new LinkedHashMap<>();
    Map<String, Map<Integer, Double>> cost = new LinkedHashMap<>();
    Map<String, Map<Integer, Double>> load = new LinkedHashMap<>();
    for (Client client : Client.values()) {
      try (Site site = new Site(setup);
          Session session = Session.connect(site, client)) {
        progress.step("growth: " + setup + ", " + client);
        Transmission.warmUp(session, settings.warmUpMegabytes());
        String name = client.toString();
        double offered = most(session) * OFFERED;
        sizes.put(name, line(SIZES, size -> datagrams(session, offered, size).megabits()));
        Map<Integer, Double> costs = new LinkedHashMap<>();
        speed.put(
            name,
            line(
                STREAMS,
                streams -> {
                  Transmission moved =
                      Transmission.of(session, Direction.DOWN, settings.seconds(), streams);
                  costs.put(streams, moved.cpuSecondsPerGigabyte());
                  return moved.gigabitsPerSecond();
                }));
        cost.put(name, costs);
        load.put(
            name,
            line(
                RATES,
                rate -> {
                  double before = session.cpuSeconds();
                  Loss.Datagrams sent = datagrams(session, rate, 1400);
                  return 100 * (session.cpuSeconds() - before) / sent.seconds();
                }));
      } catch (VoidRun e) {
        progress.result("VOID: " + e.reason());
      }
    }
    add("sizes", "UDP towards the client", "bytes of a packet", "Mbit/s", command, SIZES, sizes);
    add("streams", "TCP towards the client", "streams", "Gbit/s", command, STREAMS, speed);
    add("cost", "CPU of the client", "streams of TCP", "s/GB", command, STREAMS, cost);
    add(
        "load",
        "CPU of the client",
        "Mbit/s in packets of 1400 bytes",
        "% of a core",
        command,
        RATES,
        load);
  }

  /**
   * What TCP carries, in Mbit/s: of packets in pieces none arrives whole if as many as can be are
   * sent.
   */
  private double most(Session session) throws VoidRun {
    return 1000
        * Transmission.of(session, Direction.DOWN, settings.seconds(), 1).gigabitsPerSecond();
  }

  private Loss.Datagrams datagrams(Session session, double megabits, int bytes) throws VoidRun {
    return Loss.Datagrams.of(session, Direction.DOWN, settings.seconds(), megabits, bytes);
  }

  private void tunnels(String command) {
    Map<Integer, Double> memory =
        line(
            TUNNELS,
            count -> {
              try (Site site = new Site(new Setup(setup.carrier(), Setup.Server.GATEWAY))) {
                return Tunnels.memory(site, count, settings.seconds());
              }
            });
    add(
        "tunnels",
        "Memory",
        "tunnels of a process",
        "MiB",
        command,
        TUNNELS,
        Map.of("adit", memory));
  }

  /** From the command to the last route, beside the same with one route. */
  private void routes(String command) {
    Map<Integer, Double> seconds = line(ROUTES, this::untilRouted);
    Double one = seconds.get(1);
    if (one != null) {
      seconds.replaceAll((count, time) -> Math.max(time - one, 0));
    }
    String title = "Time beside that of one route";
    add("routes", title, "routes pushed", "s", command, ROUTES, Map.of("adit", seconds));
  }

  private double untilRouted(int count) throws VoidRun {
    String[] options = new String[count];
    Arrays.setAll(options, i -> "--route=100.%d.%d.0/24".formatted(64 + i / 256, i % 256));
    try (Site site = new Site(new Setup(setup.carrier(), Setup.Server.GATEWAY), options)) {
      long began = System.nanoTime();
      try (Session session = Session.start(site, Client.ADIT)) {
        Lab.await(
            count + " routes: " + session.log(),
            Duration.ofSeconds(MOST_SECONDS),
            () ->
                site.lab()
                        .client("ip", "-4", "route")
                        .lines()
                        .filter(l -> l.startsWith("100."))
                        .count()
                    == count);
        return (System.nanoTime() - began) / 1e9;
      }
    }
  }

  private Map<Integer, Double> line(List<Integer> steps, Point point) {
    Map<Integer, Double> figures = new LinkedHashMap<>();
    for (int step : steps) {
      try {
        double figure = point.of(step);
        figures.put(step, figure);
        progress.result(step + ": " + Figure.number(figure));
      } catch (VoidRun e) {
        progress.result(step + ": VOID: " + e.reason());
      } catch (AssertionError e) {
        progress.result(step + ": VOID: " + e.getMessage());
      }
    }
    return figures;
  }

  private void add(
      String name,
      String title,
      String grows,
      String unit,
      String command,
      List<Integer> steps,
      Map<String, Map<Integer, Double>> lines) {
    all.add(new Series(name + ".svg", title, grows, unit, command, steps, lines));
  }
}

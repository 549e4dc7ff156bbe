package dev.adit.interop;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * How long nothing comes through after each kind of trouble, for adit and openconnect in turn, in
 * the same lab: what {@code dist/bench gaps} runs. Needs root.
 *
 * <p>DTLS is with ocserv, ESP with our gateway. A round is one session of one client: UDP is dark
 * for 20 s and comes back, the router gives the client another address, and the server is
 * restarted.
 */
public final class GapBench {
  private static final Duration DARK = Duration.ofSeconds(20);

  /** A client that needs longer than this has failed. */
  private static final Duration MOST = Duration.ofSeconds(90);

  private enum Client {
    ADIT,
    OPENCONNECT
  }

  private enum Carrier {
    DTLS,
    ESP
  }

  private enum Trouble {
    UDP_DARK("UDP dark for 20 s"),
    UDP_BACK("UDP back"),
    OTHER_ADDRESS("another address"),
    SERVER_RESTART("server restarted");

    private final String words;

    Trouble(String words) {
      this.words = words;
    }
  }

  private record Column(Carrier carrier, Client client) {
    @Override
    public String toString() {
      return carrier + " " + client.name().toLowerCase(Locale.ROOT);
    }
  }

  /** What was seen in a round; empty where nothing came back. */
  private record Gap(Column column, Trouble trouble, OptionalDouble seconds) {}

  private GapBench() {}

  /**
   * Measures, and gives the table.
   *
   * @param rounds how often
   * @param progress hears of each round
   */
  public static String measure(int rounds, Consumer<String> progress) throws IOException {
    List<Column> columns =
        Arrays.stream(Carrier.values())
            .flatMap(c -> Arrays.stream(Client.values()).map(client -> new Column(c, client)))
            .toList();
    List<Gap> seen = new ArrayList<>();
    for (int round = 1; round <= rounds; round++) {
      for (Column column : columns) {
        Map<Trouble, OptionalDouble> gaps = round(column);
        progress.accept("round " + round + ", " + column + ": " + words(gaps));
        gaps.forEach((trouble, gap) -> seen.add(new Gap(column, trouble, gap)));
      }
    }
    return table(columns, seen, rounds);
  }

  private static String words(Map<Trouble, OptionalDouble> gaps) {
    return gaps.entrySet().stream()
        .map(e -> e.getKey().words + " " + text(e.getValue().orElse(Double.POSITIVE_INFINITY)))
        .collect(Collectors.joining(", "));
  }

  /** Fewer than 100 columns. */
  private static String table(List<Column> columns, List<Gap> seen, int rounds) {
    StringBuilder text = new StringBuilder("%-18s".formatted("gap, seconds"));
    columns.forEach(c -> text.append("%18s".formatted(c)));
    text.append('\n');
    for (Trouble trouble : Trouble.values()) {
      text.append("%-18s".formatted(trouble.words));
      for (Column column : columns) {
        text.append("%18s".formatted(cell(column, trouble, seen)));
      }
      text.append('\n');
    }
    return text
        + "median (worst) of "
        + rounds
        + "; \"-\" where nothing came back, or was not tried: our gateway, which ESP is with,\n"
        + "has another certificate after a start. adit may log in anew (--relogin=3).\n";
  }

  private static String cell(Column column, Trouble trouble, List<Gap> seen) {
    List<Double> sorted =
        seen.stream()
            .filter(g -> g.column().equals(column) && g.trouble() == trouble)
            .map(g -> g.seconds().orElse(Double.POSITIVE_INFINITY))
            .sorted()
            .toList();
    return sorted.isEmpty()
        ? "-"
        : text(sorted.get(sorted.size() / 2)) + " (" + text(sorted.get(sorted.size() - 1)) + ")";
  }

  private static String text(double seconds) {
    return Double.isInfinite(seconds) ? "-" : "%.2f".formatted(seconds);
  }

  private static Map<Trouble, OptionalDouble> round(Column column) throws IOException {
    Lab lab = new Lab();
    Runnable end = () -> {};
    try (lab;
        NatRouter router = NatRouter.between(lab)) {
      Map<Trouble, OptionalDouble> gaps = new EnumMap<>(Trouble.class);
      boolean dtls = column.carrier() == Carrier.DTLS;
      Ocserv ocserv = null;
      String target;
      if (dtls) {
        ocserv = new Ocserv(lab).withPassword().with("route = 10.99.0.0/255.255.0.0").start();
        target = "10.99.0.1";
        end =
            start(
                lab,
                column.client(),
                Ocserv.PASSWORD,
                "--user=" + Ocserv.USER,
                "--cafile=" + ocserv.path("ca.pem"),
                "vpn.test");
      } else {
        Gateway gateway = Gateway.start(lab, "juniper");
        target = Gateway.INNER;
        end =
            start(
                lab,
                column.client(),
                Gateway.PASSWORD,
                "--protocol=nc",
                "--user=" + Gateway.USER,
                "--servercert=" + gateway.pin(),
                Lab.SERVER);
      }
      Lab.await("an answer", Duration.ofSeconds(40), () -> lab.isAnswered(target));
      Pings stream = Pings.start(lab, target, Duration.ofMinutes(9));
      // Until UDP carries: both clients try it at once.
      stream.flow(Duration.ofSeconds(5));
      gaps.put(Trouble.UDP_DARK, gap(stream, router::dark, DARK));
      gaps.put(Trouble.UDP_BACK, gap(stream, router::light, Duration.ofSeconds(5)));
      gaps.put(Trouble.OTHER_ADDRESS, gap(stream, router::changeAddress, Duration.ofSeconds(10)));
      if (ocserv != null) {
        Ocserv server = ocserv;
        gaps.put(
            Trouble.SERVER_RESTART,
            gap(
                stream,
                () -> {
                  server.stop();
                  server.start();
                },
                Duration.ofSeconds(10)));
      }
      return gaps;
    } finally {
      end.run();
    }
  }

  /**
   * The longest silence after an event.
   *
   * @param least is waited for in any case
   * @return empty if nothing comes back
   */
  private static OptionalDouble gap(Pings stream, Runnable event, Duration least) {
    double before = Pings.now();
    event.run();
    stream.flow(least);
    double end = before + MOST.toSeconds();
    try {
      Lab.await("an answer", MOST, () -> stream.isFlowing() || Pings.now() > end);
    } catch (AssertionError e) {
      return OptionalDouble.empty();
    }
    return stream.isFlowing()
        ? OptionalDouble.of(stream.longestSilenceSince(before))
        : OptionalDouble.empty();
  }

  /** Returns what ends it. */
  private static Runnable start(Lab lab, Client client, String password, String... arguments)
      throws IOException {
    List<String> all = new ArrayList<>(List.of("--interface=vpn0"));
    if (client == Client.ADIT) {
      all.addAll(List.of("--passwd-on-stdin", "--relogin=3"));
      all.addAll(List.of(arguments));
      AditProcess adit = AditProcess.start(lab, password + "\n", all.toArray(new String[0]));
      return () -> adit.signal("KILL");
    }
    all.addAll(List.of(arguments));
    Process process = Openconnect.start(lab, password, all.toArray(new String[0]));
    return process::destroyForcibly;
  }
}

package dev.adit.bench;

import dev.adit.bench.Setup.Carrier;
import dev.adit.bench.Setup.Server;
import dev.adit.interop.GapBench;
import dev.adit.interop.Soak;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command line of {@code dist/bench}. */
@Command(
    name = "dist/bench",
    sortOptions = false,
    mixinStandardHelpOptions = true,
    description = {
      "Measures adit beside openconnect, in turn, at the same server.",
      "Exit code 0: all goals are met; 1: one is missed, or a figure is void; 2: bad usage."
    })
final class Bench implements Callable<Integer> {
  /** What can be asked for; a table of figures each. */
  enum What {
    all,
    throughput,
    cpu,
    latency,
    loss,
    startup,
    memory,
    tunnels,
    /** In an emulated guest whose kernel has ESP; for its length no part of {@link #all}. */
    esp_kernel,
    micro,
    /** How much of our CPU by DTLS is system calls and cipher. */
    floor,
    /** A page with charts, see {@link Growth}; no part of {@link #all}, having no goals. */
    growth,
    /** Half an hour of its own, and so no part of {@link #all}. */
    gaps,
    /** As long as {@code --minutes} says, and so no part of {@link #all}. */
    soak;

    /** As it is written on the command line, and of the table's name. */
    @Override
    public String toString() {
      return name().replace('_', '-');
    }

    private static What of(String table) {
      return valueOf(table.replace('-', '_'));
    }
  }

  @Option(names = "--quick", description = "Fewer and shorter: under three minutes, and rough.")
  private boolean quick;

  @Option(
      names = "--pairs",
      paramLabel = "N",
      defaultValue = "0",
      description = "How often each of both is measured: 5, with --quick 1.")
  private int pairs;

  @Option(
      names = "--server",
      split = ",",
      paramLabel = "NAME",
      description = "ocserv (the usual one), gateway (our own), or both; ESP is always with ours.")
  private List<Server> servers = List.of(Server.OCSERV);

  @Option(
      names = "--carrier",
      split = ",",
      paramLabel = "NAME",
      description = "dtls, tls, esp: all of them unless some are named.")
  private List<Carrier> carriers = List.of(Carrier.values());

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "${sys:adit.bench.out}",
      description = "Where results go: below target, by the time, unless it is named.")
  private Path out = Path.of("");

  @Option(
      names = "--minutes",
      paramLabel = "N",
      defaultValue = "30",
      description =
          "How long soak lasts with each server, in which nothing may be lost or grow: 30.")
  private int minutes;

  @Option(
      names = "--docs",
      paramLabel = "DIR",
      defaultValue = "${sys:adit.bench.docs}",
      description = "Where growth writes its page and charts: dist/docs/speed, unless it is named.")
  private Path docs = Path.of("");

  @Parameters(
      paramLabel = "WHAT",
      description =
          "${COMPLETION-CANDIDATES}; all by itself, which is without esp-kernel, growth, gaps and soak.")
  private List<What> what = List.of(What.all);

  private final Progress progress =
      new Progress(new PrintStream(System.err, true, StandardCharsets.UTF_8));
  private final List<Figure> figures = new ArrayList<>();

  private Bench() {}

  public static void main(String[] arguments) {
    CommandLine line = new CommandLine(new Bench()).setCaseInsensitiveEnumValuesAllowed(true);
    // Threads of what went wrong must not keep it from ending.
    System.exit(line.execute(arguments));
  }

  @Override
  public Integer call() throws Exception {
    Instant began = Instant.now();
    Settings settings =
        quick
            ? new Settings(pairs > 0 ? pairs : 1, 3, 40)
            : new Settings(pairs > 0 ? pairs : 5, 5, 600);
    if (wanted(What.throughput) || wanted(What.cpu)) {
      for (Setup setup : Setup.of(carriers, servers)) {
        measure(What.throughput, setup, () -> Throughput.measure(setup, settings, progress));
      }
    }
    // What follows asks for no carrier in particular, unless the command does.
    Setup usual = Setup.of(carriers, servers).get(0);
    if (wanted(What.latency)) {
      measure(What.latency, usual, () -> Latency.measure(usual, settings, progress));
    }
    if (wanted(What.loss)) {
      for (Setup setup : Setup.of(carriers, servers)) {
        // TCP has its own way with what is lost.
        if (setup.carrier().udp()) {
          measure(What.loss, setup, () -> Loss.measure(setup, settings, progress));
        }
      }
    }
    if (wanted(What.startup)) {
      measure(What.startup, usual, () -> Startup.measure(usual, settings, progress));
    }
    if (wanted(What.memory)) {
      measure(What.memory, usual, () -> Memory.measure(usual, settings, progress));
    }
    if (wanted(What.tunnels)) {
      Setup ours = new Setup(usual.carrier(), Server.GATEWAY);
      measure(What.tunnels, ours, () -> Tunnels.measure(ours, settings, progress));
    }
    if (what.contains(What.esp_kernel)) {
      Setup esp = new Setup(Carrier.ESP, Server.GATEWAY);
      measure(What.esp_kernel, esp, () -> EspKernel.measure(settings, progress));
    }
    if (wanted(What.micro)) {
      measure(What.micro, usual, () -> Micro.measure(quick, progress));
    }
    if (wanted(What.floor)) {
      Setup dtls = new Setup(Carrier.DTLS, Server.OCSERV);
      measure(What.floor, dtls, () -> FloorCost.measure(settings, progress));
    }
    String command = System.getProperty("adit.bench.command", "");
    if (what.contains(What.growth)) {
      new Growth(usual, settings, progress).write(docs, command, Machine.facts());
      System.out.println(docs.resolve("README.md"));
      if (what.size() == 1) {
        return 0;
      }
    }
    if (what.contains(What.gaps)) {
      System.out.print(GapBench.measure(settings.pairs(), progress::result));
      if (what.size() == 1) {
        return 0;
      }
    }
    if (what.contains(What.soak)) {
      try {
        for (Server server : servers) {
          Soak.Server with = server == Server.OCSERV ? Soak.Server.OCSERV : Soak.Server.GATEWAY;
          System.out.println(Soak.run(with, Duration.ofMinutes(minutes), progress::step));
        }
      } catch (AssertionError e) {
        System.out.println("FAILED: " + e.getMessage());
        return 1;
      }
      if (what.size() == 1) {
        return 0;
      }
    }
    figures.removeIf(figure -> !wanted(What.of(figure.table())));
    Report report = new Report(began, command, Machine.facts(), figures);
    report.write(out);
    new PrintStream(System.out, true, StandardCharsets.UTF_8).print(report.text());
    return report.met() ? 0 : 1;
  }

  private boolean wanted(What one) {
    return what.contains(What.all) || what.contains(one);
  }

  /** What goes wrong in a lab is an error there; here it makes a figure void. */
  private void measure(What table, Setup setup, Callable<List<Figure>> measurement) {
    try {
      figures.addAll(measurement.call());
    } catch (Exception | AssertionError e) {
      String reason = e instanceof VoidRun spoiled ? spoiled.reason() : e.toString();
      progress.result("VOID: " + reason);
      figures.add(Figure.ofNothing(table.toString(), setup.toString(), reason));
    }
  }
}

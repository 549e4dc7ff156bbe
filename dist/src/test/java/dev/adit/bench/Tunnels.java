package dev.adit.bench;

import dev.adit.interop.AditProcess;
import dev.adit.interop.Command;
import dev.adit.interop.Gateway;
import dev.adit.interop.Lab;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A hundred tunnels of one process, by {@link ManyTunnels}: how long until the last is up, and what
 * each costs while nothing goes through it. Beside it, what a process of openconnect takes for one.
 */
final class Tunnels {
  static final String TABLE = "tunnels";
  private static final int COUNT = 100;

  /** There is no pair to compare: a second run says whether the first was a chance. */
  private static final int MOST_RUNS = 2;

  private static final Duration LIMIT = Duration.ofMinutes(4);

  private Tunnels() {}

  static List<Figure> measure(Setup setup, Settings settings, Progress progress) throws VoidRun {
    List<Double> seconds = new ArrayList<>();
    List<Double> memory = new ArrayList<>();
    List<Double> processes = new ArrayList<>();
    List<Double> threads = new ArrayList<>();
    for (int pair = 1; pair <= Math.min(settings.pairs(), MOST_RUNS); pair++) {
      try (Site site = new Site(setup)) {
        progress.step("tunnels: one by " + setup + ", pair " + pair + ", openconnect");
        try (Session session = Session.connect(site, Client.OPENCONNECT)) {
          processes.add(session.residentMebibytes());
        }
        progress.step("tunnels: " + COUNT + " by " + setup + ", pair " + pair + ", adit");
        String told = many(site, COUNT, settings.seconds());
        seconds.add(found(told, "seconds"));
        memory.add((found(told, "memory") - found(told, "memory-of-one")) / (COUNT - 1));
        threads.add(found(told, "threads") - found(told, "threads-of-one"));
        progress.result(
            "%.1f s, %.1f MiB with one, %.1f MiB with all"
                .formatted(
                    found(told, "seconds"), found(told, "memory-of-one"), found(told, "memory")));
      }
    }
    String name = COUNT + " by " + setup;
    return List.of(
        Figure.of(TABLE, name, "s until all are up", seconds, List.of(), Goal.atMost(30)),
        Figure.of(TABLE, name, "MiB for each further", memory, processes, Goal.atMost(2)),
        Figure.of(TABLE, name, "threads for all further", threads, List.of(), Goal.atMost(0)));
  }

  /** Of a process with so many, in MiB. */
  static double memory(Site site, int count, int seconds) throws VoidRun {
    return found(many(site, count, seconds), "memory");
  }

  private static String many(Site site, int count, int seconds) throws VoidRun {
    Lab lab = site.lab();
    List<String> argv = new ArrayList<>(lab.inClient(java(), "-XX:+UseSerialGC"));
    // As the launcher has them, where memory and threads are concerned.
    argv.addAll(List.of("-Xss512k", "-Xms16m", "-Xmx192m", "-XX:TrimNativeHeapInterval=1000"));
    argv.addAll(List.of("-XX:+UnlockDiagnosticVMOptions", "-XX:+IgnoreUnrecognizedVMOptions"));
    argv.addAll(List.of("-Dadit.home=" + AditProcess.tree()));
    argv.addAll(List.of("-cp", System.getProperty("java.class.path")));
    argv.addAll(List.of(ManyTunnels.class.getName(), String.valueOf(count)));
    argv.addAll(List.of(String.valueOf(seconds), site.pin(), Gateway.USER, Gateway.PASSWORD));
    argv.add(site.setup().carrier().name());
    Command ended = Command.run(LIMIT, "", argv);
    if (ended.exitCode() != 0) {
      throw new VoidRun(count + " tunnels: " + (ended.out() + ended.err()).strip());
    }
    return ended.out();
  }

  private static double found(String told, String name) throws VoidRun {
    String line = "found " + name + " ";
    return told.lines()
        .filter(l -> l.startsWith(line))
        .map(l -> Double.valueOf(l.substring(line.length())))
        .findFirst()
        .orElseThrow(() -> new VoidRun(COUNT + " tunnels: nothing is said of " + name));
  }

  private static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }
}

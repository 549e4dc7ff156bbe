package dev.adit.interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** Two network namespaces with a veth pair between them, a directory, and the processes in them. */
public final class Lab implements AutoCloseable {
  public static final String SERVER = "192.0.2.1";
  public static final String CLIENT = "192.0.2.2";
  public static final String SERVER_6 = "2001:db8::1";
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** Every wait is so many times as long: an emulated machine is slow. */
  public static final int PATIENCE = Integer.getInteger("adit.patience", 1);

  private final String id;
  private final Path directory;
  private final Deque<Process> processes = new ArrayDeque<>();

  public Lab() {
    id = "adit-" + Integer.toHexString(ThreadLocalRandom.current().nextInt(0x1000, 0x10000));
    try {
      directory = Files.createTempDirectory(id);
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
      for (String name : List.of(clientName(), serverName())) {
        Path etc = Files.createDirectories(Path.of("/etc/netns", name));
        Files.writeString(etc.resolve("resolv.conf"), "# the lab's own\nnameserver 192.0.2.53\n");
        Files.writeString(
            etc.resolve("hosts"), "127.0.0.1 localhost\n" + SERVER + " vpn.test idp.test\n");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    ip(
        List.of("ip", "-batch", "-"),
        "netns add " + clientName(),
        "netns add " + serverName(),
        "link add %s netns %s type veth peer name %s netns %s"
            .formatted(clientLink(), clientName(), serverLink(), serverName()));
    ip(
        List.of("ip", "-n", serverName(), "-batch", "-"),
        "addr add " + SERVER + "/24 dev " + serverLink(),
        "addr add " + SERVER_6 + "/64 dev " + serverLink() + " nodad",
        "link set lo up",
        "link set " + serverLink() + " up");
    ip(
        List.of("ip", "-n", clientName(), "-batch", "-"),
        "addr add " + CLIENT + "/24 dev " + clientLink(),
        "addr add 2001:db8::2/64 dev " + clientLink() + " nodad",
        // No duplicate address detection: its end would look like a change that a client made.
        "link set " + clientLink() + " addrgenmode none",
        "link set lo up",
        "link set " + clientLink() + " up",
        "route add default via " + SERVER);
  }

  public Path directory() {
    return directory;
  }

  /** A file in the lab's directory, made of these lines. */
  public Path file(String name, String... lines) {
    try {
      return Files.writeString(directory.resolve(name), String.join("\n", lines) + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public String clientName() {
    return id + "-c";
  }

  public String serverName() {
    return id + "-s";
  }

  /** The client's end of the wire. */
  public String clientLink() {
    return id + "c";
  }

  /** The server's end of the wire; also a prefix that is free for more devices. */
  public String serverLink() {
    return id + "s";
  }

  /** Runs a program on the client's side; it must end well. */
  public String client(String... argv) {
    return Command.run(LIMIT, "", inClient(argv)).ok();
  }

  /** Whether a ping from the client's side is answered within a second. */
  public boolean isAnswered(String target) {
    return Command.run(LIMIT, "", inClient("ping", "-c", "1", "-W", "1", target)).exitCode() == 0;
  }

  /** Runs a program on the server's side; it must end well. */
  public String server(String... argv) {
    return Command.run(LIMIT, "", inServer(argv)).ok();
  }

  public List<String> inClient(String... argv) {
    return in(clientName(), argv);
  }

  public List<String> inServer(String... argv) {
    return in(serverName(), argv);
  }

  /** Starts a program that lives as long as the lab, or until it is stopped before. */
  public Process start(Path output, List<String> argv) {
    return start(new ProcessBuilder(argv).redirectInput(Path.of("/dev/null").toFile()), output);
  }

  /** The same, with its standard input open. */
  public Process startTalking(Path output, List<String> argv) {
    return start(new ProcessBuilder(argv), output);
  }

  private Process start(ProcessBuilder builder, Path output) {
    try {
      builder.environment().put("ADIT_RUN_DIR", directory.resolve("run").toString());
      Process process = builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
      processes.push(process);
      return process;
    } catch (IOException e) {
      throw new UncheckedIOException(String.join(" ", builder.command()), e);
    }
  }

  /** Where hosts drop packets. */
  public String drops() {
    String[] counters = {"sh", "-c", "grep Udp: /proc/net/snmp; cat /proc/net/dev"};
    return client(counters) + server(counters);
  }

  /** Everything that a client could leave changed, as text: byte for byte the same, or not. */
  public String clientState() {
    try {
      return client("ip", "-o", "addr")
          + client("ip", "-4", "route", "show", "table", "all")
          + client("ip", "-6", "route", "show", "table", "all")
          + client("ip", "rule")
          + client("ip", "-6", "rule")
          + client("nft", "list", "ruleset")
          + Files.readString(Path.of("/etc/netns", clientName(), "resolv.conf"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until something is so; the condition may be asked often. */
  public static void await(String what, Duration limit, BooleanSupplier condition) {
    long end = System.nanoTime() + limit.toNanos() * PATIENCE;
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError("not within " + limit + ": " + what);
      }
      pause();
    }
  }

  @Override
  public void close() {
    for (Process process : processes) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly().onExit().join();
    }
    try {
      for (String name : List.of(clientName(), serverName())) {
        delete(Path.of("/etc/netns", name));
      }
      ip(List.of("ip", "-batch", "-"), "netns del " + clientName(), "netns del " + serverName());
      delete(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** With all that is in it. */
  public static void delete(Path tree) throws IOException {
    try (Stream<Path> files = Files.walk(tree)) {
      for (Path file : new ArrayList<>(files.sorted(Comparator.reverseOrder()).toList())) {
        Files.deleteIfExists(file);
      }
    }
  }

  private static void ip(List<String> argv, String... lines) {
    Command.run(LIMIT, String.join("\n", lines) + "\n", argv).ok();
  }

  private static List<String> in(String namespace, String... argv) {
    List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
    all.addAll(List.of(argv));
    return all;
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(50);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }
}

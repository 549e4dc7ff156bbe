package dev.adit.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Two hosts in network namespaces, and what runs in them. Everything it makes carries a name of its
 * own and is removed at the end, come what may.
 */
final class DemoStage implements AutoCloseable {
  static final String SERVER = "192.0.2.1";
  private static final String INNER = "198.18.0.1";
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final String id =
      "adit-" + Integer.toHexString(ThreadLocalRandom.current().nextInt(0x1000, 0x10000));
  private final List<Process> processes = new ArrayList<>();
  private final Path directory;

  DemoStage() throws IOException {
    directory = Files.createTempDirectory(id);
  }

  /** Two hosts and the wire between them. */
  void network() throws IOException, InterruptedException {
    host("ip", "netns", "add", client());
    host("ip", "netns", "add", server());
    host(
        "ip", "link", "add", id + "c", "netns", client(), "type", "veth", "peer", "name", id + "s",
        "netns", server());
    host("ip", "-n", client(), "addr", "add", "192.0.2.2/24", "dev", id + "c");
    host("ip", "-n", server(), "addr", "add", SERVER + "/24", "dev", id + "s");
    for (String[] link :
        new String[][] {
          {client(), "lo"}, {client(), id + "c"}, {server(), "lo"}, {server(), id + "s"}
        }) {
      host("ip", "-n", link[0], "link", "set", link[1], "up");
    }
  }

  /** 20 MB from the gateway's network to the client's side, hashed at both ends. */
  String transfer() throws IOException, InterruptedException {
    String source =
        "head -c 20M /dev/zero | openssl enc -aes-128-ctr -nosalt -K 00 -iv 00 2>/dev/null";
    Process sender =
        new ProcessBuilder(
                "ip",
                "netns",
                "exec",
                server(),
                "bash",
                "-c",
                source
                    + " | tee >(sha256sum >"
                    + directory.resolve("sent")
                    + ")"
                    + " | socat -u - TCP-LISTEN:7000,reuseaddr")
            .start();
    processes.add(sender);
    long start = System.nanoTime();
    String received =
        host(
            "ip",
            "netns",
            "exec",
            client(),
            "bash",
            "-c",
            "for i in 1 2 3 4 5 6 7 8 9; do socat -u TCP:"
                + INNER
                + ":7000 - 2>/dev/null && break;"
                + " sleep 0.2; done | sha256sum");
    double seconds = (System.nanoTime() - start) / 1e9;
    sender.waitFor(5, TimeUnit.SECONDS);
    String sent = Files.readString(directory.resolve("sent"));
    if (!sent.equals(received)) {
      throw new IOException("the hashes differ: " + sent + received);
    }
    return "equal: %s... (%.1f s)".formatted(received.substring(0, 16), seconds);
  }

  /** Starts {@code adit} on one of the hosts. */
  Follower start(String name, String namespace, String input, String... arguments)
      throws IOException {
    String launcher = System.getProperty("adit.home", "") + "/bin/adit";
    List<String> argv = new ArrayList<>(List.of("ip", "netns", "exec", namespace, launcher));
    argv.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(argv).redirectError(directory.resolve(name + ".log").toFile());
    builder.environment().put("ADIT_RUN_DIR", directory.resolve("run").toString());
    Process process = builder.start();
    processes.add(process);
    Follower follower = new Follower(name, process);
    if (!input.isEmpty()) {
      follower.write(input);
    }
    return follower;
  }

  String client() {
    return id + "-c";
  }

  String server() {
    return id + "-s";
  }

  /** Removes everything; also after a failure, and after half of the set-up. */
  @Override
  public void close() throws IOException {
    try {
      for (Process process : processes) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().onExit().join();
      }
      for (String namespace : List.of(client(), server())) {
        if (Files.exists(Path.of("/run/netns", namespace))) {
          host("ip", "netns", "del", namespace);
        }
      }
      try (Stream<Path> files = Files.walk(directory)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Runs a program to its end; it must end well. */
  static String host(String... argv) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(argv).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
      throw new IOException(String.join(" ", argv) + ": " + output);
    }
    return output;
  }

  /** Pings through the tunnel. */
  String ping(int count) throws IOException, InterruptedException {
    String number = String.valueOf(count);
    return host("ip", "netns", "exec", client(), "ping", "-c", number, "-i", "0.2", "-q", INNER)
        .lines()
        .filter(l -> l.contains("packets transmitted"))
        .findFirst()
        .orElse("");
  }

  /** The client's routes. */
  String routes() throws IOException, InterruptedException {
    // A link takes a moment to be seen up.
    return host("ip", "netns", "exec", client(), "ip", "route").replace(" linkdown", "");
  }

  /** A process of ours, line by line. */
  final class Follower {
    private final String name;
    private final Process process;
    private final LinkedBlockingQueue<String> lines = new LinkedBlockingQueue<>();

    private Follower(String name, Process process) {
      this.name = name;
      this.process = process;
      Thread reader =
          new Thread(
              () -> {
                try (BufferedReader in =
                    new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
                  in.lines().forEach(lines::add);
                } catch (IOException | UncheckedIOException e) {
                  // It has ended.
                }
              },
              name);
      reader.setDaemon(true);
      reader.start();
    }

    void write(String text) throws IOException {
      process.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
      process.getOutputStream().flush();
    }

    /** Waits for a line with that in it. */
    String await(String part) throws IOException, InterruptedException {
      long end = System.nanoTime() + LIMIT.toNanos();
      while (System.nanoTime() - end < 0) {
        String line = lines.poll(100, TimeUnit.MILLISECONDS);
        if (line != null && line.contains(part)) {
          return line;
        }
        if (line == null && !process.isAlive()) {
          break;
        }
      }
      throw new IOException(
          "the "
              + name
              + " did not say \""
              + part
              + "\":\n"
              + Files.readString(directory.resolve(name + ".log")));
    }

    /** Asks it to end, and waits for that. */
    void end() throws IOException, InterruptedException {
      process.destroy();
      if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        throw new IOException("the " + name + " does not end");
      }
    }
  }
}

package dev.adit.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.core.sys.ProcessControl;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
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
 * {@code adit demo}: a gateway of our own and a client in two network namespaces, as a short story.
 * Everything it makes carries a name of its own and is removed at the end, come what may.
 */
final class DemoCommand implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final String SERVER = "192.0.2.1";
  private static final String INNER = "198.18.0.1";

  private final PrintStream out = System.out;
  private final String id =
      "adit-" + Integer.toHexString(ThreadLocalRandom.current().nextInt(0x1000, 0x10000));
  private final List<Process> processes = new ArrayList<>();
  private final Path directory;
  private int step;

  private DemoCommand() throws IOException {
    directory = Files.createTempDirectory(id);
  }

  static ExitCode run() throws VpnException, InterruptedException {
    if (!ProcessControl.isRoot()) {
      throw new VpnException(
          Kind.PRIVILEGE, "the demonstration makes network namespaces: run it as root");
    }
    try (DemoCommand demo = new DemoCommand()) {
      demo.tell();
      return ExitCode.OK;
    } catch (IOException e) {
      throw new VpnException(Kind.OTHER, "the demonstration failed: " + e.getMessage(), e);
    }
  }

  private void tell() throws IOException, InterruptedException, VpnException {
    out.println("A company's gateway and you, in two network namespaces of this machine.\n");
    step("Two hosts and a wire");
    network();
    String before = host("ip", "netns", "exec", client(), "ip", "route");
    say("you are 192.0.2.2, the gateway is " + SERVER);

    step("The gateway starts");
    Follower gateway =
        start(
            "gateway",
            server(),
            "",
            "gateway",
            "anyconnect",
            "--listen",
            SERVER,
            "--user",
            "alice:wonderland",
            "--route",
            "198.18.0.0/16");
    String pin = gateway.await("pin ").substring(4);
    say("AnyConnect on port 443; its key is " + pin);

    step("You log in and connect");
    Follower you =
        start(
            "client",
            client(),
            "wonderland\n",
            "--events=json",
            "--interface=demo0",
            "--user=alice",
            "--passwd-on-stdin",
            "--servercert=" + pin,
            "--no-dtls",
            SERVER);
    String connected = you.await("\"event\":\"connected\"");
    say(
        "your address in the company: "
            + field(connected, "ipv4")
            + ", by "
            + field(connected, "tls"));

    step("A ping through the tunnel");
    say(
        lastLine(
            host("ip", "netns", "exec", client(), "ping", "-c", "3", "-i", "0.2", "-q", INNER)));

    step("A file of 20 MB, its hash at both ends");
    say(transfer());

    step("The line is cut");
    gateway.write("cut\n\n");
    String lost = you.await("\"event\":\"reconnecting\"");
    say("you notice: " + field(lost, "reason"));
    you.await("\"event\":\"connected\"");
    say("connected again, the same address; the ping goes on:");
    say(
        lastLine(
            host("ip", "netns", "exec", client(), "ping", "-c", "3", "-i", "0.2", "-q", INNER)));

    step("You leave");
    you.end();
    gateway.await("event logout");
    say("the gateway has forgotten you");
    String after = host("ip", "netns", "exec", client(), "ip", "route");
    if (!after.equals(before)) {
      throw new IOException("your routes are not as they were:\n" + after);
    }
    say("your routes are as they were");
    gateway.end();
    out.println("\nDone. Nothing is left behind.");
  }

  private void network() throws IOException, InterruptedException {
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

  private String transfer() throws IOException, InterruptedException {
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

  private Follower start(String name, String namespace, String input, String... arguments)
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

  private String client() {
    return id + "-c";
  }

  private String server() {
    return id + "-s";
  }

  private void step(String title) {
    out.printf("%d. %s%n", ++step, title);
  }

  private void say(String text) {
    out.println("   " + text);
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

  private static String host(String... argv) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(argv).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
      throw new IOException(String.join(" ", argv) + ": " + output);
    }
    return output;
  }

  private static String lastLine(String text) {
    return text.strip()
        .lines()
        .filter(l -> l.contains("packets transmitted"))
        .findFirst()
        .orElse("");
  }

  private static String field(String json, String name) throws IOException {
    return new ObjectMapper().readTree(json).path(name).asText();
  }

  /** A process of ours, line by line. */
  private final class Follower {
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

    private void write(String text) throws IOException {
      process.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
      process.getOutputStream().flush();
    }

    private String await(String part) throws IOException, InterruptedException {
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

    private void end() throws IOException, InterruptedException {
      process.destroy();
      if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        throw new IOException("the " + name + " does not end");
      }
    }
  }
}

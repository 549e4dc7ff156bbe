package dev.adit.interop;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** {@code bin/adit} on the client's side of a lab, followed by its events. */
public final class AditProcess {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Process process;
  private final Path events;
  private final Path log;

  private AditProcess(Process process, Path events, Path log) {
    this.process = process;
    this.events = events;
    this.log = log;
  }

  /** The launcher of the built tree. */
  public static String launcher() {
    return tree().resolve("bin/adit").toString();
  }

  /** The built tree. */
  public static Path tree() {
    return Path.of(System.getProperty("adit.home", "target/adit")).toAbsolutePath();
  }

  /** Runs {@code adit ARGUMENTS} to its end on the client's side, beside what was started there. */
  static Command run(Lab lab, String stdin, String... arguments) {
    List<String> argv =
        new ArrayList<>(
            lab.inClient("env", "ADIT_RUN_DIR=" + lab.directory().resolve("run"), launcher()));
    argv.addAll(List.of(arguments));
    return Command.run(Duration.ofSeconds(40), stdin, argv);
  }

  /** Starts {@code adit --events=json ARGUMENTS} and gives it that standard input. */
  static AditProcess start(Lab lab, String stdin, String... arguments) {
    return startAfter(lab, ":", stdin, arguments);
  }

  /**
   * The same after some preparation in a shell on the client's side, whose mounts are seen by this
   * process alone.
   */
  static AditProcess startAfter(Lab lab, String preparation, String stdin, String... arguments) {
    try {
      Path events = Files.createTempFile(lab.directory(), "adit", ".events");
      Path log = Files.createTempFile(lab.directory(), "adit", ".log");
      Path in = Files.createTempFile(lab.directory(), "adit", ".in");
      Files.writeString(in, stdin);
      List<String> argv =
          new ArrayList<>(
              lab.inClient(
                  // A JVM leaves alone what it was started without, as by nohup or a shell's "&".
                  "env",
                  "--default-signal=HUP,INT,TERM",
                  "sh",
                  "-c",
                  preparation + "\nexec \"$@\"",
                  "sh",
                  launcher(),
                  "--events=json"));
      argv.addAll(List.of(arguments));
      ProcessBuilder builder =
          new ProcessBuilder(argv)
              .redirectInput(in.toFile())
              .redirectOutput(events.toFile())
              .redirectError(log.toFile());
      builder.environment().put("ADIT_RUN_DIR", lab.directory().resolve("run").toString());
      return new AditProcess(builder.start(), events, log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Events so far, in order. */
  List<JsonNode> events() {
    try {
      List<JsonNode> all = new ArrayList<>();
      // What follows the last line end is still being written.
      String text = Files.readString(events);
      for (String line : text.substring(0, text.lastIndexOf('\n') + 1).lines().toList()) {
        if (line.startsWith("{")) {
          all.add(JSON.readTree(line));
        }
      }
      return all;
    } catch (IOException e) {
      throw new UncheckedIOException(log(), e);
    }
  }

  long count(String event) {
    return events().stream().filter(e -> e.path("event").asText().equals(event)).count();
  }

  /** Waits for the n-th event of that name. */
  JsonNode await(String event, int nth) {
    Lab.await(
        event + " number " + nth + " in\n" + this,
        Duration.ofSeconds(40),
        () -> count(event) >= nth || !process.isAlive());
    Optional<JsonNode> found =
        events().stream()
            .filter(e -> e.path("event").asText().equals(event))
            .skip(nth - 1L)
            .findFirst();
    return found.orElseThrow(() -> new AssertionError("no " + event + "\n" + this));
  }

  /** Waits until that is what carries packets: {@code tls}, {@code udp} or {@code kernel}. */
  void awaitCarrier(String kind) {
    Lab.await(kind + " in\n" + this, Duration.ofSeconds(40), () -> isCarrier(kind));
  }

  /** Whether that carries packets, by the last of its events. */
  boolean isCarrier(String kind) {
    return events().stream()
        .filter(e -> e.path("event").asText().equals("carrier"))
        .reduce((earlier, later) -> later)
        .filter(e -> e.path("kind").asText().equals(kind))
        .isPresent();
  }

  /** An order to it, and the answer, as {@code adit status --json} and the others have them. */
  JsonNode order(String order) {
    Path socket = log.resolveSibling("run").resolve(process.pid() + ".control");
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      channel.write(ByteBuffer.wrap((order + "\n").getBytes(StandardCharsets.US_ASCII)));
      return JSON.readTree(Channels.newInputStream(channel));
    } catch (IOException e) {
      throw new UncheckedIOException(socket + "\n" + this, e);
    }
  }

  long pid() {
    return process.pid();
  }

  void signal(String name) {
    Command.run(
            Duration.ofSeconds(5), "", List.of("kill", "-" + name, String.valueOf(process.pid())))
        .ok();
  }

  /** Waits for its end and gives the exit code. */
  int exitCode() {
    try {
      if (!process.waitFor(30L * Lab.PATIENCE, TimeUnit.SECONDS)) {
        String threads =
            Command.run(
                    Duration.ofSeconds(10),
                    "",
                    List.of(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        String.valueOf(process.pid()),
                        "Thread.print"))
                .toString();
        process.destroyForcibly();
        throw new AssertionError("adit did not end\n" + this + "\n" + threads);
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  String log() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String toString() {
    try {
      return Files.readString(events) + log();
    } catch (IOException e) {
      return e.toString();
    }
  }
}

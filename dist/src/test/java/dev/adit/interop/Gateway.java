package dev.adit.interop;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** {@code adit gateway anyconnect} on the server's side of a lab. */
public final class Gateway {
  public static final String INNER = "198.18.0.1";
  public static final String INNER_6 = "2001:2:0:1::1";
  public static final String USER = "alice";
  public static final String PASSWORD = "wonder & land";

  private final Lab lab;
  private final Process process;
  private final Path output;

  private Gateway(Lab lab, Process process, Path output) {
    this.lab = lab;
    this.process = process;
    this.output = output;
  }

  /** The gateway of AnyConnect, or of another protocol if the first argument names one. */
  public static Gateway start(Lab lab, String... arguments) {
    return startAfter(lab, List.of(), arguments);
  }

  /** The same by another program, as {@code env} is one. */
  static Gateway startAfter(Lab lab, List<String> before, String... arguments) {
    boolean named = arguments.length > 0 && !arguments[0].startsWith("--");
    Path output = lab.directory().resolve("gateway.out");
    List<String> argv = new ArrayList<>(lab.inServer(before.toArray(String[]::new)));
    argv.addAll(
        List.of(
            AditProcess.launcher(),
            "gateway",
            named ? arguments[0] : "anyconnect",
            "--listen=" + Lab.SERVER,
            "--user=" + USER + ":" + PASSWORD,
            "--route=198.18.0.0/16",
            "--route=2001:2:0:1::/64"));
    argv.addAll(List.of(arguments).subList(named ? 1 : 0, arguments.length));
    Process process = lab.startTalking(output, argv);
    Gateway gateway = new Gateway(lab, process, output);
    Lab.await("the gateway starts", Duration.ofSeconds(20), () -> gateway.text().contains("pin "));
    return gateway;
  }

  /** adit, with the user and the password of the gateway, and its key known. */
  AditProcess client(String... more) {
    List<String> arguments =
        new ArrayList<>(List.of("--user=" + USER, "--passwd-on-stdin", "--servercert=" + pin()));
    arguments.addAll(List.of(more));
    arguments.add(Lab.SERVER);
    return AditProcess.start(lab, PASSWORD + "\n", arguments.toArray(String[]::new));
  }

  /** The same by TLS alone, behind vpn0. */
  AditProcess clientByTls(String... more) {
    List<String> arguments = new ArrayList<>(List.of("--interface=vpn0", "--no-dtls"));
    arguments.addAll(List.of(more));
    return client(arguments.toArray(String[]::new));
  }

  /** {@code pin-sha256:...}. */
  public String pin() {
    return text().lines().filter(l -> l.startsWith("pin ")).findFirst().orElseThrow().substring(4);
  }

  /** The faults that are on from now; none to end them. */
  public void faults(String... names) {
    try {
      String line = String.join(" ", names);
      OutputStream in = process.getOutputStream();
      in.write((line + "\n").getBytes(StandardCharsets.UTF_8));
      in.flush();
      Lab.await("faults", Duration.ofSeconds(5), () -> text().contains("faults " + line));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public long count(String event) {
    return text().lines().filter(l -> l.startsWith("event " + event + " ")).count();
  }

  public void await(String event, int nth) {
    await(event, nth, Duration.ofSeconds(20));
  }

  public void await(String event, int nth, Duration limit) {
    Lab.await(event + " at the gateway:\n" + text(), limit, () -> count(event) >= nth);
  }

  public String text() {
    try {
      return Files.readString(output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

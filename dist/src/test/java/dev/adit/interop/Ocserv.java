package dev.adit.interop;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A real ocserv on the server's side of a lab, with a CA and certificates of its own. */
public final class Ocserv {
  public static final String USER = "test";
  public static final String PASSWORD = "correct horse";

  private final Lab lab;
  private final List<String> config = new ArrayList<>();
  private @Nullable Process process;

  public Ocserv(Lab lab) {
    this.lab = lab;
    certificates();
    Command.run(
            Duration.ofSeconds(10),
            PASSWORD + "\n" + PASSWORD + "\n",
            List.of("ocpasswd", "-c", path("passwd"), USER))
        .ok();
    config.addAll(
        List.of(
            "tcp-port = 443",
            "udp-port = 443",
            "run-as-user = nobody",
            "run-as-group = nogroup",
            "socket-file = " + path("socket"),
            "occtl-socket-file = " + path("occtl"),
            "use-occtl = true",
            "isolate-workers = false",
            "server-cert = " + path("server.pem"),
            "server-key = " + path("server.key"),
            "ca-cert = " + path("ca.pem"),
            "max-ban-score = 0",
            "rate-limit-ms = 0",
            "device = " + lab.serverLink().replace("adit-", "t"),
            "ipv4-network = 10.99.0.0/24",
            "ipv6-network = fd99::/64",
            "ipv6-subnet-prefix = 128",
            "cookie-timeout = 300",
            "dpd = 20",
            "keepalive = 20",
            "max-same-clients = 0",
            "cisco-client-compat = true"));
  }

  /** Adds lines before {@link #start}. */
  public Ocserv with(String... lines) {
    config.addAll(List.of(lines));
    return this;
  }

  public Ocserv withPassword() {
    return with("auth = \"plain[passwd=" + path("passwd") + "]\"");
  }

  public Ocserv start() {
    Path file = lab.file("ocserv.conf", config.toArray(new String[0]));
    process =
        lab.start(
            lab.directory().resolve("ocserv.log"),
            lab.inServer("ocserv", "-f", "-d", "3", "-c", file.toString()));
    Lab.await(
        "ocserv listens", Duration.ofSeconds(10), () -> occtl("show", "status").exitCode() == 0);
    return this;
  }

  public void stop() {
    if (process != null) {
      process.destroy();
      process.onExit().join();
    }
  }

  /** Ends it and all its processes at once. */
  void kill() {
    if (process != null) {
      List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
      process.destroyForcibly();
      all.forEach(ProcessHandle::destroyForcibly);
      process.onExit().join();
    }
  }

  /** adit, with the user, the password and the CA of this server, on {@code vpn0}. */
  AditProcess client(String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--cafile=" + path("ca.pem"),
                "--interface=vpn0",
                "--user=" + USER,
                "--passwd-on-stdin"));
    arguments.addAll(List.of(more));
    arguments.add("vpn.test");
    return AditProcess.start(lab, PASSWORD + "\n", arguments.toArray(String[]::new));
  }

  /** A file of the server's: {@code ca.pem}, {@code user.pem}, {@code user.key}. */
  public String path(String name) {
    return lab.directory().resolve(name).toString();
  }

  public String log() {
    try {
      return Files.readString(lab.directory().resolve("ocserv.log"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Users as occtl shows them. */
  public JsonNode users() {
    try {
      return new ObjectMapper().readTree(occtl("-j", "show", "users").ok());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public Command occtl(String... argv) {
    List<String> all = new ArrayList<>(lab.inServer("occtl", "-s", path("occtl")));
    all.addAll(List.of(argv));
    return Command.run(Duration.ofSeconds(10), "", all);
  }

  private void certificates() {
    key("ca.key");
    lab.file("ca.tmpl", "cn = Lab CA", "ca", "cert_signing_key", "expiration_days = 30");
    certtool(
        "--generate-self-signed",
        "--load-privkey",
        path("ca.key"),
        "--template",
        path("ca.tmpl"),
        "--outfile",
        path("ca.pem"));
    issue(
        "server",
        "cn = vpn.test",
        "dns_name = vpn.test",
        "ip_address = " + Lab.SERVER,
        "ip_address = " + Lab.SERVER_6,
        "tls_www_server");
    issue("user", "cn = " + USER, "tls_www_client");
  }

  private void issue(String name, String... lines) {
    key(name + ".key");
    List<String> template = new ArrayList<>(List.of(lines));
    template.addAll(List.of("signing_key", "encryption_key", "expiration_days = 30"));
    lab.file(name + ".tmpl", template.toArray(new String[0]));
    certtool(
        "--generate-certificate",
        "--load-privkey",
        path(name + ".key"),
        "--load-ca-certificate",
        path("ca.pem"),
        "--load-ca-privkey",
        path("ca.key"),
        "--template",
        path(name + ".tmpl"),
        "--outfile",
        path(name + ".pem"));
  }

  private void key(String name) {
    certtool("--generate-privkey", "--key-type", "rsa", "--bits", "2048", "--outfile", path(name));
  }

  private static void certtool(String... argv) {
    List<String> all = new ArrayList<>(List.of("certtool"));
    all.addAll(List.of(argv));
    Command.run(Duration.ofSeconds(30), "", all).ok();
  }
}

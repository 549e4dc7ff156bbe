package dev.adit.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each thing that can be wrong with a server's certificate, shown by a real TLS server. */
class ServerCertificateIT {
  private Lab lab;

  @BeforeEach
  void open() {
    lab = new Lab();
  }

  @AfterEach
  void close() {
    lab.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "vpn.test   | activation_date = \"2020-01-01 00:00:00\"; expiration_date = \"2021-01-01 00:00:00\" | \"CN=vpn.test\" expired on 2021-01-01",
        "vpn.test   | activation_date = \"2090-01-01 00:00:00\"; expiration_date = \"2091-01-01 00:00:00\" | \"CN=vpn.test\" is not valid before 2090-01-01",
        "other.test | expiration_days = 30                                                                  | it is made out to other.test, not to vpn.test",
        "vpn.test   | self-signed                                                                           | it is self-signed",
        "vpn.test   | unknown                                                                               | nobody here knows its issuer \"CN=Lab CA\"",
      })
  void endsWithElevenTheReasonAndThePin(String name, String dates, String reason) {
    boolean selfSigned = dates.equals("self-signed");
    boolean unknown = dates.equals("unknown");
    key("ca");
    template("ca", "cn = Lab CA", "ca", "cert_signing_key", "expiration_days = 30");
    certtool("--generate-self-signed", "ca");
    key("server");
    List<String> lines =
        new ArrayList<>(
            List.of("cn = " + name, "dns_name = " + name, "signing_key", "tls_www_server"));
    lines.addAll(
        selfSigned || unknown ? List.of("expiration_days = 30") : List.of(dates.split("; ", -1)));
    template("server", lines.toArray(new String[0]));
    if (selfSigned) {
      certtool("--generate-self-signed", "server");
    } else {
      certtool(
          "--generate-certificate",
          "server",
          "--load-ca-certificate",
          path("ca.pem"),
          "--load-ca-privkey",
          path("ca.key"));
    }
    lab.start(
        lab.directory().resolve("server.out"),
        lab.inServer(
            "openssl",
            "s_server",
            "-accept",
            "443",
            "-quiet",
            "-naccept",
            "5",
            "-cert",
            path("server.pem"),
            "-key",
            path("server.key")));
    Lab.await(
        "the server listens",
        Duration.ofSeconds(10),
        () -> lab.server("ss", "-Hltn", "sport", "=", "443").contains("LISTEN"));
    List<String> argv =
        new ArrayList<>(lab.inClient(AditProcess.launcher(), "--non-inter", "--user=x"));
    if (!unknown) {
      argv.add("--cafile=" + path("ca.pem"));
    }
    argv.add("vpn.test");
    Command adit = Command.run(Duration.ofSeconds(30), "", argv);
    assertThat(adit.exitCode()).as(adit.err()).isEqualTo(11);
    assertThat(adit.err())
        .contains("the certificate of vpn.test is not trusted: ")
        .contains(reason)
        .contains("--servercert " + pin())
        .doesNotContain("Exception")
        .doesNotContain("\tat ");
  }

  private String pin() {
    return "pin-sha256:"
        + Command.run(
                Duration.ofSeconds(10),
                "",
                List.of(
                    "sh",
                    "-c",
                    "openssl x509 -in "
                        + path("server.pem")
                        + " -noout -pubkey | openssl pkey -pubin -outform DER"
                        + " | openssl dgst -sha256 -binary | base64"))
            .ok()
            .strip();
  }

  private void key(String name) {
    run("certtool", "--generate-privkey", "--key-type", "ecdsa", "--outfile", path(name + ".key"));
  }

  private void template(String name, String... lines) {
    lab.file(name + ".tmpl", lines);
  }

  private void certtool(String action, String name, String... more) {
    List<String> argv =
        new ArrayList<>(
            List.of(
                "certtool",
                action,
                "--load-privkey",
                path(name + ".key"),
                "--template",
                path(name + ".tmpl"),
                "--outfile",
                path(name + ".pem")));
    argv.addAll(List.of(more));
    run(argv.toArray(new String[0]));
  }

  private static void run(String... argv) {
    Command.run(Duration.ofSeconds(30), "", List.of(argv)).ok();
  }

  private String path(String name) {
    return lab.directory().resolve(name).toString();
  }
}

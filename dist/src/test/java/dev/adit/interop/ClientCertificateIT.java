package dev.adit.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A log-in by certificate, and what is said about the certificate before. */
class ClientCertificateIT {
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
  @CsvSource({
    "ecdsa, expiration_days = 30, 60, expires in 29 days",
    "rsa, expiration_days = 30, 60, expires in 29 days",
    "ecdsa, expiration_days = 90, 60, ''",
    "ecdsa, expiration_days = 90, 100, expires in 89 days",
    "ecdsa, expiration_days = 30, 10, ''",
    "ecdsa, expiration_date = \"2021-01-01 00:00:00\", 60, client certificate expired",
  })
  void logsInAndWarnsInTime(String kind, String dates, String days, String warning) {
    make("user", kind, dates);
    Gateway gateway = Gateway.start(lab);
    Command adit =
        adit(
            "--servercert=" + gateway.pin(),
            "--cert-expire-warning=" + days,
            "--certificate=" + path("user.pem"),
            "--sslkey=" + path("user.key"),
            Lab.SERVER);
    assertThat(adit.ok()).isNotBlank();
    if (warning.isEmpty()) {
      assertThat(adit.err()).doesNotContain("The client certificate");
    } else {
      assertThat(adit.err()).contains(warning);
    }
  }

  @Test
  void aKeyOfAnotherIsRefusedBeforeAnybodyIsConnectedTo() {
    make("user", "ecdsa", "expiration_days = 90");
    make("other", "ecdsa", "expiration_days = 90");
    // Nobody listens there: a connection would end with 12.
    Command adit =
        adit(
            "--certificate=" + path("user.pem"),
            "--sslkey=" + path("other.key"),
            Lab.SERVER + ":4433");
    assertThat(adit.exitCode()).as(adit.err()).isEqualTo(13);
    assertThat(adit.err())
        .contains(path("other.key"))
        .contains("does not belong to the certificate \"CN=alice\"");
  }

  @Test
  void aWrongPassphraseIsSaidAndNotShown() {
    make("user", "ecdsa", "expiration_days = 90");
    run(
        "openssl",
        "pkcs12",
        "-export",
        "-in",
        path("user.pem"),
        "-inkey",
        path("user.key"),
        "-out",
        path("user.p12"),
        "-passout",
        "pass:right");
    lab.file("wrong", "hush-hush");
    lab.file("right", "right");
    Command adit =
        adit(
            "--certificate=" + path("user.p12"),
            "--key-password=@" + path("wrong"),
            Lab.SERVER + ":4433");
    assertThat(adit.exitCode()).as(adit.err()).isEqualTo(13);
    assertThat(adit.err()).contains("--key-password").doesNotContain("hush");
    Gateway gateway = Gateway.start(lab);
    adit =
        adit(
            "--servercert=" + gateway.pin(),
            "--certificate=" + path("user.p12"),
            "--key-password=@" + path("right"),
            Lab.SERVER);
    assertThat(adit.ok()).isNotBlank();
  }

  private void make(String name, String kind, String dates) {
    lab.file(
        name + ".tmpl",
        "cn = " + Gateway.USER,
        "signing_key",
        "tls_www_client",
        "activation_date = \"2020-01-01 00:00:00\"",
        dates);
    run("certtool", "--generate-privkey", "--key-type", kind, "--outfile", path(name + ".key"));
    run(
        "certtool",
        "--generate-self-signed",
        "--load-privkey",
        path(name + ".key"),
        "--template",
        path(name + ".tmpl"),
        "--outfile",
        path(name + ".pem"));
  }

  private Command adit(String... arguments) {
    List<String> argv =
        new ArrayList<>(lab.inClient(AditProcess.launcher(), "--cookieonly", "--non-inter"));
    argv.addAll(List.of(arguments));
    return Command.run(Duration.ofSeconds(30), "", argv);
  }

  private static void run(String... argv) {
    Command.run(Duration.ofSeconds(30), "", List.of(argv)).ok();
  }

  private String path(String name) {
    return lab.directory().resolve(name).toString();
  }
}

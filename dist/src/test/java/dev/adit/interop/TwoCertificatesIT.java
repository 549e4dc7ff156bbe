package dev.adit.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Log-in by two certificates, the machine's in TLS and the user's by a signature. */
class TwoCertificatesIT {
  private Lab lab;
  private Gateway gateway;

  @BeforeEach
  void open() {
    lab = new Lab();
    gateway = Gateway.start(lab, "--option=certificates=two");
    make("machine", "laptop-17");
    make("user", Gateway.USER);
    make("stranger", "mallory");
  }

  @AfterEach
  void close() {
    lab.close();
  }

  @Test
  void bothLetUsInAndOneDoesNot() {
    assertThat(adit(13, "--mca-certificate=" + path("user.pem"), "--mca-key=" + path("nothing")))
        .contains("second certificate", path("nothing"), "no such file");
    assertThat(adit(10)).contains("--mca-certificate FILE is the second");
    assertThat(
            adit(
                10,
                "--mca-certificate=" + path("stranger.pem"),
                "--mca-key=" + path("stranger.key")))
        .contains("Certificate Validation Failure");
    assertThat(gateway.count("refused")).isEqualTo(1);
    AditProcess client =
        AditProcess.start(
            lab,
            "",
            "--servercert=" + gateway.pin(),
            "--certificate=" + path("machine.pem"),
            "--sslkey=" + path("machine.key"),
            "--mca-certificate=" + path("user.pem"),
            "--mca-key=" + path("user.key"),
            "https://" + Lab.SERVER);
    client.await("connected", 1);
    assertThat(gateway.text()).contains("event login " + Gateway.USER);
  }

  @Test
  void openconnectIsLetInByTheSameTwo() {
    Command openconnect =
        Command.run(
            Duration.ofSeconds(30),
            "",
            lab.inClient(
                "openconnect",
                "--authenticate",
                "--non-inter",
                "--servercert=" + gateway.pin(),
                "--certificate=" + path("machine.pem"),
                "--sslkey=" + path("machine.key"),
                "--mca-certificate=" + path("user.pem"),
                "--mca-key=" + path("user.key"),
                "https://" + Lab.SERVER));
    assertThat(openconnect.out()).as(openconnect.err() + gateway.text()).contains("COOKIE='");
    assertThat(gateway.text()).contains("event login " + Gateway.USER);
  }

  private String adit(int expected, String... arguments) {
    List<String> argv =
        new ArrayList<>(
            lab.inClient(
                AditProcess.launcher(),
                "--cookieonly",
                "--non-inter",
                "--servercert=" + gateway.pin(),
                "--certificate=" + path("machine.pem"),
                "--sslkey=" + path("machine.key")));
    argv.addAll(List.of(arguments));
    argv.add(Lab.SERVER);
    Command adit = Command.run(Duration.ofSeconds(30), "", argv);
    assertThat(adit.exitCode()).as(adit.err()).isEqualTo(expected);
    return adit.err();
  }

  private void make(String name, String commonName) {
    Command.run(
            Duration.ofSeconds(30),
            "",
            List.of(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-keyout",
                path(name + ".key"),
                "-out",
                path(name + ".pem"),
                "-days",
                "90",
                "-subj",
                "/CN=" + commonName))
        .ok();
  }

  private String path(String name) {
    return lab.directory().resolve(name).toString();
  }
}

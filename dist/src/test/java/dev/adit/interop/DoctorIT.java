package dev.adit.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code adit doctor SERVER} goes as far as it can, and says what stopped it. */
final class DoctorIT {
  private Lab lab;
  private Gateway gateway;

  @BeforeEach
  void open() {
    lab = new Lab();
    gateway = Gateway.start(lab);
  }

  @AfterEach
  void close() {
    lab.close();
  }

  @Test
  void goesUpToTheFirstQuestion() {
    Command ended = doctor("--servercert=" + gateway.pin(), Lab.SERVER);
    assertThat(ended.out())
        .contains("ok  resolve", "ok  TLS", "ok  certificate")
        .containsPattern("ok  log-in +the server asks for .*username");
    assertThat(ended.exitCode()).as(ended.toString()).isZero();
    assertThat(gateway.count("tunnel")).isZero();
  }

  @Test
  void stopsAtTheCertificateAndShowsThePin() {
    Command ended = doctor(Lab.SERVER);
    assertThat(ended.out()).contains("--  certificate", gateway.pin()).doesNotContain("log-in");
    assertThat(ended.exitCode()).isEqualTo(1);
  }

  @Test
  void findsWhatAServerLetsIn() {
    Lab other = new Lab();
    try {
      Gateway picky = Gateway.start(other, "--option=agents=AnyConnect Windows");
      Command ended =
          Command.run(
              Duration.ofSeconds(30),
              "",
              other.inClient(
                  AditProcess.launcher(), "doctor", "--servercert=" + picky.pin(), Lab.SERVER));
      assertThat(ended.out())
          .contains("--  log-in", "404", "refused as OpenConnect 9.20, Linux")
          .contains(
              "ok  identity      let in as AnyConnect 4.10, Windows: --os=win"
                  + " --useragent='AnyConnect Windows 4.10.07061' --version-string=4.10.07061");
      assertThat(ended.exitCode()).isEqualTo(1);
    } finally {
      other.close();
    }
  }

  @Test
  void unknownWordsAreNamed() {
    Command ended = doctor("--serverport=1", Lab.SERVER);
    assertThat(ended.err()).contains("--serverport=1", "adit doctor");
    assertThat(ended.exitCode()).isEqualTo(13);
  }

  private Command doctor(String... arguments) {
    String[] all = new String[arguments.length + 2];
    all[0] = AditProcess.launcher();
    all[1] = "doctor";
    System.arraycopy(arguments, 0, all, 2, arguments.length);
    return Command.run(Duration.ofSeconds(30), "", lab.inClient(all));
  }
}

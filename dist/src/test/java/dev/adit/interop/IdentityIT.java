package dev.adit.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Servers that let in only clients that say to be of a certain kind. */
class IdentityIT {
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
  @CsvSource({"404, 12", "403, 10", "close, 12"})
  void aRefusalNamesTheRemedy(String how, int exitCode) {
    Gateway gateway =
        Gateway.start(lab, "--option=agents=AnyConnect", "--option=agents-refused=" + how);
    AditProcess adit = adit(gateway);
    assertThat(adit.exitCode()).as(adit.log()).isEqualTo(exitCode);
    assertThat(adit.log()).contains("--useragent", "adit doctor SERVER");
  }

  @Test
  void whoSaysToBeAnotherIsLetIn() {
    Gateway gateway = Gateway.start(lab, "--option=agents=AnyConnect Windows");
    AditProcess adit =
        adit(
            gateway,
            "--os=win",
            "--useragent=AnyConnect Windows 4.10.07061",
            "--version-string=4.10.07061");
    adit.await("connected", 1);
    adit.signal("TERM");
    assertThat(adit.exitCode()).isZero();
  }

  private AditProcess adit(Gateway gateway, String... arguments) {
    List<String> argv =
        new ArrayList<>(
            List.of(
                "--user=" + Gateway.USER,
                "--passwd-on-stdin",
                "--servercert=" + gateway.pin(),
                "--interface=vpn0",
                "--no-dtls"));
    argv.addAll(List.of(arguments));
    argv.add(Lab.SERVER);
    return AditProcess.start(lab, Gateway.PASSWORD + "\n", argv.toArray(new String[0]));
  }
}

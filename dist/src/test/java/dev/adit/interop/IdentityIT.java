package dev.adit.interop;

import static org.assertj.core.api.Assertions.assertThat;

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
    AditProcess adit = gateway.clientByTls();
    assertThat(adit.exitCode()).as(adit.log()).isEqualTo(exitCode);
    assertThat(adit.log()).contains("--useragent", "adit doctor SERVER");
  }

  @Test
  void whoSaysToBeAnotherIsLetIn() {
    Gateway gateway = Gateway.start(lab, "--option=agents=AnyConnect Windows");
    AditProcess adit =
        gateway.clientByTls(
            "--os=win", "--useragent=AnyConnect Windows 4.10.07061", "--version-string=4.10.07061");
    adit.await("connected", 1);
    adit.signal("TERM");
    assertThat(adit.exitCode()).isZero();
  }
}

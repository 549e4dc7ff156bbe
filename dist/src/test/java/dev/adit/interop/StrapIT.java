package dev.adit.interop;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Sessions that are bound to a key, at a gateway that insists on it; each comes back after a cut.
 */
class StrapIT {
  private Lab lab;
  private Gateway gateway;

  @BeforeEach
  void open() {
    lab = new Lab();
    gateway = Gateway.start(lab, "--option=strap=required");
  }

  @AfterEach
  void close() {
    lab.close();
  }

  @Test
  void oursProvesItselfUnderTls13() {
    AditProcess client = gateway.client();
    client.await("connected", 1);
    cutAndAwait();
  }

  /** Under TLS 1.3 its channel binding is another, so that 1.2 it is. */
  @Test
  void openconnectProvesItselfUnderTls12() {
    Openconnect.start(
        lab,
        Gateway.PASSWORD,
        "--gnutls-priority=NORMAL:-VERS-ALL:+VERS-TLS1.2",
        "--no-dtls",
        "--user=" + Gateway.USER,
        "--interface=oc0",
        "--servercert=" + gateway.pin(),
        "https://" + Lab.SERVER);
    gateway.await("tunnel", 1);
    cutAndAwait();
  }

  private void cutAndAwait() {
    gateway.faults("cut");
    gateway.faults();
    gateway.await("tunnel", 2);
    assertThat(gateway.text()).contains("event strap a fresh key").doesNotContain("strap-refused");
  }
}

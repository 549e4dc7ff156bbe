package dev.adit.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Our gateway is true enough that the real openconnect takes it for one. */
class OpenconnectToGatewayIT {
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
  void connectsOverTlsComesBackAfterACutAndLogsOff() throws Exception {
    Process client = openconnect("--no-dtls");
    awaitPing();
    gateway.faults("cut");
    gateway.faults();
    gateway.await("tunnel", 2);
    awaitPing();
    client.destroy();
    gateway.await("logout", 1);
    assertThat(client.waitFor()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PSK-NEGOTIATE",
        "OC-DTLS1_2-AES256-GCM",
        "OC-DTLS1_2-AES128-GCM",
        "AES256-SHA",
        "AES128-SHA"
      })
  void connectsByEachFormOfDtls(String form) throws Exception {
    openconnect("--dtls-ciphers=" + form, "--dtls12-ciphers=none");
    awaitPing();
    Lab.await(
        "DTLS by " + form + ":\n" + Openconnect.log(lab),
        Duration.ofSeconds(15),
        () -> Openconnect.log(lab).contains("Established DTLS connection"));
    lab.server(
        "nft",
        "add table inet t; add chain inet t i { type filter hook input priority 0; };"
            + " add rule inet t i tcp dport 443 counter drop");
    // TLS is dead now: what comes through comes by DTLS.
    awaitPing();
  }

  @Test
  void connectsByTripleDesIfBothArePermitted() throws Exception {
    openconnect("--allow-insecure-crypto", "--dtls-ciphers=DES-CBC3-SHA", "--dtls12-ciphers=none");
    Lab.await(
        "DTLS by DES-CBC3-SHA:\n" + Openconnect.log(lab),
        Duration.ofSeconds(15),
        () -> Openconnect.log(lab).contains("Established DTLS connection"));
    awaitPing();
  }

  private Process openconnect(String... arguments) {
    List<String> all =
        new ArrayList<>(
            List.of("--user=" + Gateway.USER, "--interface=oc0", "--servercert=" + gateway.pin()));
    all.addAll(List.of(arguments));
    all.add("https://" + Lab.SERVER);
    Process client = Openconnect.start(lab, Gateway.PASSWORD, all.toArray(String[]::new));
    gateway.await("tunnel", 1);
    return client;
  }

  private void awaitPing() {
    Lab.await(
        "a ping through the tunnel\n" + Openconnect.log(lab),
        Duration.ofSeconds(15),
        () -> lab.isAnswered(Gateway.INNER));
  }
}

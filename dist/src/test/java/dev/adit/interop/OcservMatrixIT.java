package dev.adit.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every form of DTLS with ocserv over IPv4 and IPv6, each through the same life: pings, 200 MB with
 * equal hashes, new keys, UDP dark and back. What occtl says was negotiated is what was offered.
 */
class OcservMatrixIT {
  private static final String INNER_SERVER = "10.99.0.1";
  private static final String INNER_SERVER_6 = "fd99::1";
  private static final String DROP_UDP =
      "add table inet dark { chain i { type filter hook input priority 0; udp dport 443 drop;"
          + " udp sport 443 drop; }; }";

  private Lab lab;

  @BeforeEach
  void open() {
    lab = new Lab();
  }

  @AfterEach
  void close() {
    lab.close();
  }

  static Stream<Arguments> rows() {
    return Stream.of(
            List.of("PSK-NEGOTIATE", "(DTLS1.2)-(PSK)-(AES-256-GCM)"),
            List.of("OC-DTLS1_2-AES256-GCM", "(DTLS1.2)-(RSA)-(AES-256-GCM)"),
            List.of("OC-DTLS1_2-AES128-GCM", "(DTLS1.2)-(RSA)-(AES-128-GCM)"),
            List.of("AES256-SHA", "(DTLS0.9)-(RSA)-(AES-256-CBC)-(SHA1)"),
            List.of("AES128-SHA", "(DTLS0.9)-(RSA)-(AES-128-CBC)-(SHA1)"))
        .flatMap(
            form ->
                Stream.of(Lab.SERVER, Lab.SERVER_6)
                    .map(address -> Arguments.of(form.get(0), form.get(1), address)));
  }

  @ParameterizedTest
  @MethodSource("rows")
  @Execution(ExecutionMode.CONCURRENT)
  void livesAWholeLife(String offered, String negotiated, String address) {
    Ocserv ocserv =
        new Ocserv(lab)
            .withPassword()
            .with(
                "dtls-legacy = true",
                "route = 10.99.0.0/255.255.0.0",
                "route = fd99::/64",
                "rekey-time = 15",
                "rekey-method = ssl")
            .start();
    AditProcess adit = ocserv.client("--dtls-ciphers=" + offered, "--resolve=vpn.test:" + address);
    adit.awaitCarrier("udp");
    assertThat(ocserv.users().get(0).path("DTLS cipher").asText()).isEqualTo(negotiated);
    assertThat(ocserv.users().get(0).path("Remote IP").asText())
        .contains(address.equals(Lab.SERVER) ? "." : ":");
    ping();

    Transfer down = Transfer.toClient(lab, INNER_SERVER, 200);
    assertThat(down.received()).isEqualTo(down.sent());
    Transfer up = Transfer.toServer(lab, INNER_SERVER, 200);
    assertThat(up.received()).isEqualTo(up.sent());
    adit.await("rekeyed", 1);
    ping();
    assertThat(ocserv.users().get(0).path("DTLS cipher").asText()).isEqualTo(negotiated);

    lab.server("nft", DROP_UDP);
    lab.client("nft", DROP_UDP);
    // Somebody has to speak for the silence to be noticed.
    lab.start(
        lab.directory().resolve("ping"),
        lab.inClient("ping", "-i", "0.05", "-W", "1", "-c", "1200", INNER_SERVER));
    adit.awaitCarrier("tls");
    ping();
    lab.server("nft", "delete", "table", "inet", "dark");
    lab.client("nft", "delete", "table", "inet", "dark");
    adit.awaitCarrier("udp");
    ping();
    assertThat(ocserv.users().get(0).path("DTLS cipher").asText()).isEqualTo(negotiated);
    adit.signal("TERM");
    assertThat(adit.exitCode()).isZero();
  }

  private void ping() {
    for (String inner : List.of(INNER_SERVER, INNER_SERVER_6)) {
      assertThat(lab.client("ping", "-c", "3", "-i", "0.1", "-W", "2", inner))
          .contains(" 0% packet loss");
    }
  }
}

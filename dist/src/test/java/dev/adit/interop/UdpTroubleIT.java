package dev.adit.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a network can do to UDP besides swallowing it, against the real ocserv. */
class UdpTroubleIT {
  private static final String INNER_SERVER = "10.99.0.1";

  private Lab lab;
  private Ocserv ocserv;

  @BeforeEach
  void open() {
    lab = new Lab();
    ocserv = new Ocserv(lab).withPassword().with("route = 10.99.0.0/255.255.0.0");
    ocserv.start();
  }

  @AfterEach
  void close() {
    lab.close();
  }

  /**
   * The server answers to the new port but reads nothing from it: only a new handshake mends it.
   */
  @Test
  void aNatThatGivesAnotherPortIsOutlived() {
    AditProcess adit = ocserv.client("-v");
    adit.await("carrier", 2);
    Pings stream = Pings.start(lab, INNER_SERVER);
    double before = Pings.now();
    lab.client(
        "nft",
        "add table ip nat { chain p { type nat hook postrouting priority 100;"
            + " udp dport 443 masquerade to :40000-40100; }; }");
    adit.await("carrier", 4);
    stream.flowOn();
    assertThat(stream.longestSilenceSince(before)).isLessThan(3);
    adit.signal("TERM");
    assertThat(adit.exitCode()).isZero();
  }

  @Test
  void aPortThatIsSaidToBeClosedIsTriedAgain() {
    lab.server(
        "nft",
        "add table inet closed { chain i { type filter hook input priority 0;"
            + " udp dport 443 reject; }; }");
    AditProcess adit = ocserv.client("-v");
    adit.await("connected", 1);
    assertThat(lab.client("ping", "-c", "3", "-i", "0.2", "-W", "1", INNER_SERVER))
        .contains(" 0% packet loss");
    Lab.await(
        "why UDP is not up in\n" + adit.log(),
        Duration.ofSeconds(20),
        () -> adit.toString().contains("refused"));
    lab.server("nft", "delete", "table", "inet", "closed");
    adit.await("carrier", 2);
    adit.signal("TERM");
    assertThat(adit.exitCode()).isZero();
  }

  /** For those whose firewall knows one port. */
  @Test
  void theLocalPortIsTheOneThatIsNamed() {
    AditProcess adit = ocserv.client("--dtls-local-port=40123");
    adit.await("carrier", 2);
    assertThat(lab.server("ss", "-Hun", "dport", "=", "40123")).contains(Lab.CLIENT + ":40123");
    adit.signal("TERM");
    assertThat(adit.exitCode()).isZero();
  }
}

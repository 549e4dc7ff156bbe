package dev.adit.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.adit.interop.NumberedStream.Count;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What is changed on purpose loses no packet, however many there are: from TLS to UDP, to new keys,
 * and by way of TLS to a new tunnel. Each packet is numbered and comes back.
 */
class PlannedChangesIT {
  private static final String BLOCK =
      "add table inet dark; add chain inet dark i { type filter hook input priority 0; };"
          + " add rule inet dark i udp dport 443 drop;";

  private Lab lab;

  @BeforeEach
  void open() {
    lab = new Lab();
    lab.server("nft", BLOCK);
  }

  @AfterEach
  void close() {
    lab.close();
  }

  @Test
  void fromTlsToEspAndThriceToNewKeys() {
    Gateway gateway = Gateway.start(lab, "juniper", "--option=rekey-seconds=1");
    AditProcess adit =
        connect(
            Gateway.PASSWORD,
            "--protocol=juniper",
            "--user=" + Gateway.USER,
            "--servercert=" + gateway.pin(),
            Lab.SERVER);
    NumberedStream stream = toUdp(adit, Gateway.INNER);
    int before = (int) adit.count("rekeyed");
    adit.await("rekeyed", before + 3);
    nothingLost(stream.end(), 4, adit);
  }

  @Test
  void fromTlsToDtls() {
    Ocserv ocserv = new Ocserv(lab).withPassword().with("route = 10.99.0.0/255.255.0.0").start();
    AditProcess adit = connect(ocserv);
    NumberedStream stream = toUdp(adit, "10.99.0.1");
    nothingLost(stream.end(), 1, adit);
  }

  /**
   * The process of ocserv that had the old tunnel ends when the new one is asked for, and what it
   * held is lost with it: next to nothing, since nothing is sent meanwhile. Nor does a late packet
   * keep the new process from hearing of its DTLS.
   */
  @Test
  void fromDtlsByTlsToDtlsOfANewTunnel() {
    Ocserv ocserv =
        new Ocserv(lab)
            .withPassword()
            .with("route = 10.99.0.0/255.255.0.0", "rekey-time = 6", "rekey-method = new-tunnel")
            .start();
    AditProcess adit = connect(ocserv);
    NumberedStream stream = toUdp(adit, "10.99.0.1");
    Instant rekeyed = time(adit.await("rekeyed", 1));
    JsonNode back = adit.await("carrier", 4);
    assertThat(back.path("kind").asText()).isEqualTo("udp");
    assertThat(Duration.between(rekeyed, time(back))).isLessThan(Duration.ofSeconds(2));
    Count count = stream.end();
    assertThat(count.sent() - count.back()).isLessThanOrEqualTo(NumberedStream.WINDOW / 16);
    assertThat(count.twice()).isZero();
    assertThat(adit.count("reconnecting")).as("%s", adit).isZero();
  }

  private static Instant time(JsonNode event) {
    return Instant.parse(event.path("ts").asText());
  }

  private NumberedStream toUdp(AditProcess adit, String target) {
    adit.await("carrier", 1);
    NumberedStream stream = NumberedStream.start(lab, target);
    lab.server("nft", "delete table inet dark");
    assertThat(adit.await("carrier", 2).path("kind").asText()).isEqualTo("udp");
    return stream;
  }

  private AditProcess connect(Ocserv ocserv) {
    return connect(
        Ocserv.PASSWORD, "--user=" + Ocserv.USER, "--cafile=" + ocserv.path("ca.pem"), "vpn.test");
  }

  private AditProcess connect(String password, String... arguments) {
    List<String> all = new ArrayList<>(List.of("--interface=vpn0", "--passwd-on-stdin"));
    all.addAll(List.of(arguments));
    return AditProcess.start(lab, password + "\n", all.toArray(new String[0]));
  }

  /** What was under way at a change may arrive after what came behind it, and nothing else. */
  private void nothingLost(Count count, int changes, AditProcess adit) {
    assertThat(count.back())
        .as(() -> adit + "\n" + adit.order("status") + "\n" + drops())
        .isEqualTo(count.sent());
    assertThat(count.twice()).isZero();
    assertThat(count.late()).isLessThanOrEqualTo((long) changes * NumberedStream.WINDOW);
  }

  /** Where hosts drop packets. */
  private String drops() {
    String[] counters = {"sh", "-c", "grep Udp: /proc/net/snmp; cat /proc/net/dev"};
    return lab.client(counters) + lab.server(counters);
  }
}

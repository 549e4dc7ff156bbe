package dev.adit.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.adit.interop.NumberedStream.Count;
import java.time.Duration;
import java.time.Instant;
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
        gateway.client("--protocol=juniper", "--ipsec=userspace", "--interface=vpn0");
    NumberedStream stream = toUdp(adit, Gateway.INNER);
    int before = (int) adit.count("rekeyed");
    adit.await("rekeyed", before + 3);
    nothingLost(stream.end(), 4, adit);
  }

  @Test
  void fromTlsToDtls() {
    Ocserv ocserv = new Ocserv(lab).withPassword().with("route = 10.99.0.0/255.255.0.0").start();
    AditProcess adit = ocserv.client();
    NumberedStream stream = toUdp(adit, "10.99.0.1");
    nothingLost(stream.end(), 1, adit);
  }

  /** A second association on a second socket, moved to when it is up. */
  @Test
  void fromDtlsThriceToDtlsOfNewKeys() {
    Ocserv ocserv =
        new Ocserv(lab)
            .withPassword()
            .with("route = 10.99.0.0/255.255.0.0", "rekey-time = 4", "rekey-method = ssl")
            .start();
    AditProcess adit = ocserv.client();
    NumberedStream stream = toUdp(adit, "10.99.0.1");
    int before = (int) adit.count("rekeyed");
    adit.await("rekeyed", before + 3);
    nothingLost(stream.end(), 4, adit);
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
    AditProcess adit = ocserv.client();
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

  /** What was under way at a change may arrive after what came behind it, and nothing else. */
  private void nothingLost(Count count, int changes, AditProcess adit) {
    assertThat(count.back())
        .as(() -> adit + "\n" + adit.order("status") + "\n" + count.missing() + lab.drops())
        .isEqualTo(count.sent());
    assertThat(count.twice()).isZero();
    assertThat(count.late()).isLessThanOrEqualTo((long) changes * NumberedStream.WINDOW);
  }
}

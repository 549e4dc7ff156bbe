package dev.adit.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A path to ocserv that swallows long datagrams without a word, or is narrower than announced. */
class PathMtuIT {
  private static final String INNER_SERVER = "10.99.0.1";

  /** IPv4, UDP, DTLS with AES-GCM, type. */
  private static final int OVERHEAD = 20 + 8 + 13 + 8 + 16 + 1;

  private Lab lab;
  private Ocserv ocserv;

  @BeforeEach
  void open() {
    lab = new Lab();
    ocserv = new Ocserv(lab).withPassword().with("route = 10.99.0.0/255.255.0.0");
  }

  @AfterEach
  void close() {
    lab.close();
  }

  @ParameterizedTest
  @CsvSource({"1400, false", "1300, true"})
  void findsWhatABlackHoleLetsThrough(int limit, boolean ipv6Lost) {
    ocserv.start();
    swallowAbove(limit);
    AditProcess adit = ocserv.client();
    JsonNode event = adit.await("mtu", 1);
    int mtu = limit - OVERHEAD;
    assertThat(event.path("old").asInt()).isEqualTo(1434);
    assertThat(event.path("new").asInt()).isEqualTo(mtu);
    assertThat(event.path("ipv6_lost").asBoolean()).isEqualTo(ipv6Lost);
    assertThat(lab.client("ip", "link", "show", "vpn0")).contains(" mtu " + mtu + " ");
    assertThat(lab.client("ip", "-6", "addr", "show", "dev", "vpn0").contains("fd99:"))
        .isEqualTo(!ipv6Lost);
    assertThat(adit.log().contains("without IPv6")).isEqualTo(ipv6Lost);
    String whole = String.valueOf(mtu - 28);
    assertThat(lab.client("ping", "-c", "3", "-i", "0.2", "-W", "2", "-s", whole, INNER_SERVER))
        .contains(" 0% packet loss");
    assertThat(adit.count("carrier")).isEqualTo(2);
    assertThat(adit.count("mtu")).isEqualTo(1);
    end(adit);
  }

  @Test
  void aNarrowInterfaceIsSeenFromTheKernelsRefusal() {
    ocserv.start();
    lab.client("ip", "route", "add", Lab.SERVER, "dev", lab.clientLink(), "mtu", "1380");
    AditProcess adit = ocserv.client();
    assertThat(adit.await("mtu", 1).path("new").asInt()).isEqualTo(1380 - OVERHEAD);
    assertThat(adit.count("carrier")).isEqualTo(2);
    end(adit);
  }

  @Test
  void anMtuOfTheUsersIsNotDoubted() {
    ocserv.start();
    swallowAbove(1300);
    AditProcess adit = ocserv.client("--mtu=1400");
    adit.await("carrier", 2);
    // As long as a search would take.
    assertThat(lab.client("ping", "-c", "16", "-i", "0.2", INNER_SERVER))
        .contains(" 0% packet loss");
    assertThat(adit.count("mtu")).isZero();
    assertThat(lab.client("ip", "link", "show", "vpn0")).contains(" mtu 1400 ");
    end(adit);
  }

  private void swallowAbove(int bytes) {
    lab.server(
        "nft",
        "add table inet hole; add chain inet hole i { type filter hook input priority 0; };"
            + " add rule inet hole i udp dport 443 meta length > "
            + bytes
            + " drop");
  }

  private static void end(AditProcess adit) {
    adit.signal("TERM");
    assertThat(adit.exitCode()).isZero();
  }
}

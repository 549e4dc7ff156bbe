package dev.adit.anyconnect.cstp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.api.error.PeerViolationException;
import dev.adit.api.error.VpnException;
import dev.adit.api.tunnel.IpPrefix;
import dev.adit.api.tunnel.TunnelConfig;
import dev.adit.api.tunnel.TunnelEvent;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the headers of an answer mean. The long one is what ocserv 1.1.6 sent. */
class TunnelConfigReaderTest {
  @Test
  void readsAWholeAnswer() throws Exception {
    Tunnel tunnel = new Tunnel(new Tunnel.Wishes());
    tunnel.engine.start(tunnel.now(), tunnel);
    tunnel.receive(
        """
        HTTP/1.1 200 CONNECTED
        X-CSTP-Version: 1
        X-CSTP-Server-Name: ocserv 1.1.6
        X-CSTP-Hostname: laptop
        X-CSTP-DPD: 30
        X-CSTP-Default-Domain: corp.example, lab.example
        X-CSTP-Address: 192.168.77.5
        X-CSTP-Netmask: 255.255.255.0
        X-CSTP-Address-IP6: fd00::1/128
        X-CSTP-DNS: 192.168.77.1
        X-CSTP-DNS: 0.0.0.0
        X-CSTP-DNS: fd00::53
        X-CSTP-NBNS: 192.168.77.2
        X-CSTP-Split-DNS: corp.example
        X-CSTP-Split-DNS: one.example,two.example
        X-CSTP-Split-Include: 10.0.0.0/255.255.255.0
        X-CSTP-Split-Include: 172.16.1.9/255.240.0.0
        X-CSTP-Split-Include-IP6: fd00:1::/64
        X-CSTP-Split-Exclude: 0.0.0.0/255.255.255.255
        X-CSTP-Split-Exclude: 10.0.0.128/255.255.255.128
        X-CSTP-Split-Exclude-IP6: fd00:1:0:0:8000::/65
        X-CSTP-Tunnel-All-DNS: false
        X-CSTP-Client-Bypass-Protocol: true
        X-CSTP-Keepalive: 32400
        X-CSTP-Idle-Timeout: none
        X-CSTP-Smartcard-Removal-Disconnect: true
        X-CSTP-Rekey-Time: 172813
        X-CSTP-Rekey-Method: ssl
        X-CSTP-Session-Timeout: 86400
        X-CSTP-Session-Timeout-Remaining: 3600
        X-CSTP-Lease-Duration: 0
        X-CSTP-Disconnected-Timeout: none
        X-CSTP-Keep: true
        X-CSTP-TCP-Keepalive: true
        X-CSTP-License: accept
        X-CSTP-MSIE-Proxy-Pac-URL: http://192.168.77.1/proxy.pac
        X-CSTP-Banner: Hello % world%0Aand %41
        X-CSTP-Post-Auth-XML: %3Csession-token%3Ec2VjcmV0
        X-CSTP-Quarantine: false
        X-DTLS-Session-ID: 00112233
        X-CSTP-Base-MTU: 1500
        X-CSTP-MTU: 1406

        """
            .replace("\n", "\r\n")
            .getBytes(StandardCharsets.ISO_8859_1));
    TunnelEvent.Established up = tunnel.only(TunnelEvent.Established.class);
    TunnelConfig config = up.config();
    assertThat(config.ipv4()).contains(prefix("192.168.77.5/24"));
    assertThat(config.ipv6()).contains(prefix("fd00::1/128"));
    assertThat(config.splitInclude())
        .containsExactly(prefix("10.0.0.0/24"), prefix("172.16.0.0/12"), prefix("fd00:1::/64"));
    assertThat(config.splitExclude())
        .containsExactly(prefix("10.0.0.128/25"), prefix("fd00:1:0:0:8000::/65"));
    assertThat(config.dns()).containsExactly(address("192.168.77.1"), address("fd00::53"));
    assertThat(config.nbns()).containsExactly(address("192.168.77.2"));
    assertThat(config.splitDns()).containsExactly("corp.example", "one.example", "two.example");
    assertThat(config.searchDomains()).containsExactly("corp.example", "lab.example");
    assertThat(config.mtu()).isEqualTo(1406);
    assertThat(config.proxyPac()).contains("http://192.168.77.1/proxy.pac");
    assertThat(config.banner()).contains("Hello % world\nand A");
    assertThat(config.idleTimeout()).isEmpty();
    assertThat(config.sessionTimeout()).contains(Duration.ofHours(1));
    assertThat(config.blockOtherFamily()).isFalse();
    assertThat(config.raw()).containsEntry("x-cstp-keep", "true");
    assertThat(config.raw().get("x-cstp-split-dns"))
        .isEqualTo("corp.example\none.example,two.example");
    assertThat(config.raw().toString()).doesNotContain("c2VjcmV0").doesNotContain("00112233");
    assertThat(up.offers()).isEmpty();
    assertThat(up.noDatagram()).contains("--no-dtls");
  }

  @Test
  void namesOfHeadersAreReadWithoutRegardToCase() {
    TunnelConfig config = Tunnel.open("x-cstp-NETMASK: 255.255.0.0", "X-Cstp-Dns:9.9.9.9").config();
    assertThat(config.ipv4().orElseThrow().length()).isEqualTo(16);
    assertThat(config.dns()).hasSize(1);
  }

  @Test
  void theOlderFormOfIpv6IsTheMask() throws Exception {
    TunnelConfig config =
        Tunnel.open(
                "X-CSTP-Netmask: 255.255.255.0",
                "X-CSTP-Address: fd00::7",
                "X-CSTP-Netmask: fd00::7/64")
            .config();
    assertThat(config.ipv4()).contains(prefix("192.168.77.5/24"));
    assertThat(config.ipv6()).contains(prefix("fd00::7/64"));
  }

  @Test
  void withoutARouteEverythingGoesThroughTheTunnel() {
    assertThat(Tunnel.open().config().isFullTunnel()).isTrue();
  }

  @Test
  void ipv6ThatWasNotAskedForIsLeftOut() {
    Tunnel.Wishes wishes = new Tunnel.Wishes();
    wishes.ipv6 = false;
    Tunnel tunnel = new Tunnel(wishes);
    tunnel.answer("X-CSTP-Address-IP6: fd00::7/64");
    assertThat(tunnel.only(TunnelEvent.Established.class).config().ipv6()).isEmpty();
  }

  @Test
  void ipv6UnderItsLeastMtuIsLeftOutAndSaidSo() {
    Tunnel tunnel = new Tunnel(new Tunnel.Wishes());
    tunnel.answer("X-CSTP-Address-IP6: fd00::7/64", "X-DTLS-MTU: 0");
    assertThat(tunnel.config().ipv6()).isPresent();

    Tunnel.Wishes wishes = new Tunnel.Wishes();
    wishes.mtu = OptionalInt.of(1279);
    Tunnel narrow = new Tunnel(wishes);
    narrow.answer("X-CSTP-Address-IP6: fd00::7/64");
    assertThat(narrow.config().ipv6()).isEmpty();
    assertThat(narrow.events.get(1))
        .isInstanceOfSatisfying(
            TunnelEvent.Message.class,
            m -> assertThat(m.text()).contains("without IPv6").contains("1279"));
  }

  @Test
  void theUserCanOnlyLowerTheMtu() {
    Tunnel.Wishes wishes = new Tunnel.Wishes();
    wishes.mtu = OptionalInt.of(9000);
    Tunnel tunnel = new Tunnel(wishes);
    tunnel.answer();
    assertThat(tunnel.config().mtu()).isEqualTo(1400);
  }

  @Test
  void theLargerOfTwoMtusCounts() {
    assertThat(Tunnel.open("X-DTLS-MTU: 1434").config().mtu()).isEqualTo(1434);
  }

  @ParameterizedTest
  @CsvSource({
    "X-CSTP-Address: 192.168.77.999, an IP address",
    "X-CSTP-Address: vpn.example, an IP address",
    "X-CSTP-Address: 0.0.0.0, a unicast address",
    "X-CSTP-Address: 127.0.0.1, a unicast address",
    "X-CSTP-Address: 224.0.0.1, a unicast address",
    "X-CSTP-Netmask: 255.0.255.0, a contiguous netmask",
    "X-CSTP-Address-IP6: fd00::1/129, a prefix length",
    "X-CSTP-Address-IP6: 10.0.0.1/32, an IPv6 address",
    "X-CSTP-Split-Include: 10.0.0.0/33, a prefix length",
    "X-CSTP-Split-Include: 10.0.0.0/, a prefix length",
    "X-CSTP-Split-Exclude-IP6: fd00::/x, a prefix length",
    "X-CSTP-DNS: dns.example, an IP address",
    "X-CSTP-Split-DNS: two<words>, a domain name",
    "X-CSTP-DPD: -1, 0 to",
    "X-CSTP-Idle-Timeout: soon, 0 to",
    "X-CSTP-Keepalive: 99999999999, 0 to",
    "X-CSTP-Content-Encoding: zip, got zip",
  })
  void whatMakesNoSenseIsNamedWithItsValue(String header, String expected) {
    Tunnel tunnel = new Tunnel(new Tunnel.Wishes());
    tunnel.engine.start(tunnel.now(), tunnel);
    tunnel.receive(
        ("HTTP/1.1 200 CONNECTED\r\n"
                + header
                + "\r\nX-CSTP-Address: 192.168.77.5\r\nX-CSTP-MTU: 1400\r\n\r\n")
            .getBytes(StandardCharsets.ISO_8859_1));
    VpnException error = tunnel.only(TunnelEvent.Failed.class).error();
    assertThat(error).isInstanceOf(PeerViolationException.class).hasMessageContaining(expected);
    if (!expected.contains("unicast")) {
      assertThat(error.getMessage()).startsWith(header.substring(0, header.indexOf(':')));
    }
  }

  @ParameterizedTest
  @CsvSource({"X-DTLS-Session-ID, 62", "X-DTLS-Session-ID, 66", "X-DTLS-App-ID, 66"})
  void anIdForDtlsOfAnotherLengthIsNamed(String header, int digits) {
    Tunnel.Wishes wishes = new Tunnel.Wishes();
    wishes.datagrams = true;
    Tunnel tunnel = new Tunnel(wishes);
    boolean psk = header.contains("App");
    tunnel.answer(
        header + ": " + "a".repeat(digits),
        "X-DTLS-CipherSuite: " + (psk ? "PSK-NEGOTIATE" : "AES256-SHA"));
    assertThat(tunnel.only(TunnelEvent.Failed.class).error())
        .isInstanceOf(PeerViolationException.class)
        .hasMessageContaining(header)
        .hasMessageContaining(digits + " characters");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "68", "575", "16129", "65535", "70000", "2147483648", "1400 bytes"})
  void anMtuOutOfRangeIsNamed(String mtu) {
    Tunnel tunnel = new Tunnel(new Tunnel.Wishes());
    tunnel.engine.start(tunnel.now(), tunnel);
    tunnel.receive(
        ("HTTP/1.1 200 CONNECTED\r\nX-CSTP-Address: 192.168.77.5\r\nX-CSTP-MTU: "
                + mtu
                + "\r\n\r\n")
            .getBytes(StandardCharsets.ISO_8859_1));
    assertThat(tunnel.only(TunnelEvent.Failed.class).error()).hasMessageContaining("X-CSTP-MTU");
  }

  @ParameterizedTest
  @ValueSource(strings = {"X-CSTP-MTU: 1400", "X-CSTP-Address: 192.168.77.5"})
  void anAnswerWithoutMtuOrAddressIsRefused(String only) {
    Tunnel tunnel = new Tunnel(new Tunnel.Wishes());
    tunnel.engine.start(tunnel.now(), tunnel);
    tunnel.receive(
        ("HTTP/1.1 200 CONNECTED\r\n" + only + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
    assertThat(tunnel.only(TunnelEvent.Failed.class).error())
        .isInstanceOf(PeerViolationException.class);
  }

  @Test
  void routesAreBoundedByTheHead() {
    List<String> many = new ArrayList<>();
    for (int i = 0; i < 30_000; i++) {
      many.add("X-CSTP-Split-Include: 10.%d.%d.0/24".formatted(i / 250, i % 250));
    }
    Tunnel tunnel = Tunnel.open(many.toArray(new String[0]));
    // A MiB of head bounds what can come; 30 000 routes do not fit.
    assertThat(tunnel.only(TunnelEvent.Failed.class).error()).hasMessageContaining("1048576 bytes");
    assertThat(Tunnel.open(many.subList(0, 10_000).toArray(new String[0])).config().splitInclude())
        .hasSize(10_000);
  }

  @ParameterizedTest
  @CsvSource({
    "100%, 100%",
    "%, %",
    "%4, %4",
    "%zz, %zz",
    "%41%, A%",
    "%C3%A9, é",
    "%1B[31m, '\u001b[31m'",
  })
  void onlyWholeEscapesOfABannerAreDecoded(String banner, String text) {
    assertThat(TunnelConfigReader.percentDecoded(banner)).isEqualTo(text);
  }

  private static IpPrefix prefix(String text) throws PeerViolationException {
    return IpPrefix.parse("test", text);
  }

  private static InetAddress address(String text) throws PeerViolationException {
    return IpPrefix.parseAddress("test", text);
  }
}

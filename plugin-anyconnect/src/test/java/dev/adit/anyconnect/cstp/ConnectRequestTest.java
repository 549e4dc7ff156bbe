package dev.adit.anyconnect.cstp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.api.OptionValues;
import dev.adit.api.tunnel.TunnelConfig;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** The request as servers are known to take it: which headers, in which order, with what values. */
class ConnectRequestTest {
  private final Tunnel.Wishes wishes = new Tunnel.Wishes();

  @Test
  void asksForBothFamiliesWithTheSessionCookieAlone() {
    assertThat(request())
        .isEqualTo(
            """
            CONNECT /CSCOSSLC/tunnel HTTP/1.1
            Host: vpn.test
            User-Agent: Open AnyConnect VPN Agent v9.01
            Cookie: webvpn=c2VjcmV0
            X-CSTP-Version: 1
            X-CSTP-Hostname: laptop
            X-CSTP-Protocol: Copyright (c) 2004 Cisco Systems, Inc.
            X-CSTP-Base-MTU: 1500
            X-CSTP-MTU: 1390
            X-CSTP-Address-Type: IPv6,IPv4
            X-CSTP-Full-IPv6-Capability: true

            """);
  }

  @Test
  void offersDtlsBehindAllElse() {
    wishes.datagrams = true;
    assertThat(request())
        .contains(
            """
            X-CSTP-Full-IPv6-Capability: true
            X-DTLS-Master-Secret: 000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F\
            202122232425262728292A2B2C2D2E2F
            X-DTLS-CipherSuite: PSK-NEGOTIATE:""");
  }

  @Test
  void offersTripleDesOnlyWhereItIsPermitted() {
    wishes.datagrams = true;
    assertThat(request()).contains(":AES128-SHA").doesNotContain("DES-CBC3-SHA");
    wishes.options = new OptionValues(Map.of("allow-insecure-crypto", "true"));
    assertThat(request()).contains(":AES128-SHA:DES-CBC3-SHA\nX-DTLS12-CipherSuite: ");
  }

  @Test
  void leavesIpv6OutWhereItIsNotWanted() {
    wishes.ipv6 = false;
    wishes.previous = held();
    assertThat(request())
        .contains("X-CSTP-Address-Type: IPv4\nX-CSTP-Address: 192.168.77.5\n")
        .doesNotContain("fd00:")
        .doesNotContain("Full-IPv6");
  }

  @Test
  void asksForTheAddressesHeldBefore() {
    wishes.previous = held();
    assertThat(request())
        .contains(
            """
            X-CSTP-Address-Type: IPv6,IPv4
            X-CSTP-Address: 192.168.77.5
            X-CSTP-Address: fd00:0:0:0:0:0:0:5
            X-CSTP-Full-IPv6-Capability: true
            """);
  }

  @Test
  void countsTheLongerOuterHeaderOfIpv6() {
    wishes.peer = "2001:db8::2";
    wishes.url = "https://[2001:db8::2]:8443/group";
    assertThat(request()).contains("Host: [2001:db8::2]:8443\n").contains("X-CSTP-MTU: 1370\n");
  }

  @Test
  void asksForTheMtuThatTheUserWants() {
    wishes.mtu = OptionalInt.of(1300);
    wishes.pathMtu = 576;
    assertThat(request()).contains("X-CSTP-Base-MTU: 1280\nX-CSTP-MTU: 1300\n");
  }

  @Test
  void saysMoreAsATelephone() {
    wishes.os = "apple-ios";
    assertThat(request().toLowerCase(Locale.ROOT))
        .contains(
            """
            x-anyconnect-identifier-clientversion: v9.01
            x-anyconnect-identifier-platform: apple-ios
            x-anyconnect-identifier-platformversion: 1.0
            x-anyconnect-identifier-devicetype: apple-ios
            x-anyconnect-identifier-device-uniqueid:\
             aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
            x-cstp-base-mtu: 1500
            """);
  }

  private static TunnelConfig held() {
    return Tunnel.open("X-CSTP-Address-IP6: fd00::5/128").config();
  }

  private String request() {
    Tunnel tunnel = new Tunnel(wishes);
    tunnel.engine.start(tunnel.now(), tunnel);
    return tunnel.sent.get(0).replace("\r\n", "\n");
  }
}

package dev.adit.core.rtnetlink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.api.tunnel.IpPrefix;
import dev.adit.core.rtnetlink.RouteLookup.Found;
import dev.adit.core.rtnetlink.RuleMessage.Rule;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Bytes laid out by hand as linux/rtnetlink.h and linux/fib_rules.h have them, little-endian. */
class LookupTest {
  private static final byte[] ROUTE =
      bytes(
          "2c000000" + "1800" + "0000" + "01000000" + "00000000", // length, RTM_NEWROUTE
          "02" + "08" + "00" + "00" + "fe" + "04" + "00" + "01", // 10/8, main, static, unicast
          "00200000", // FIB_MATCH
          "0800" + "0f00" + "fe000000", // RTA_TABLE
          "0800" + "0100" + "0a000000"); // RTA_DST

  private static final byte[] RULE =
      bytes(
          "34000000" + "2000" + "0200" + "01000000" + "00000000", // length, RTM_NEWRULE, MULTI
          "02" + "18" + "00" + "00" + "64" + "00" + "00" + "01", // /24, table 100, to a table
          "00000000",
          "0800" + "0f00" + "64000000", // FRA_TABLE
          "0800" + "0600" + "07000000", // FRA_PRIORITY
          "0800" + "0100" + "c0000200"); // FRA_DST

  private static byte[] bytes(String... parts) {
    return HexFormat.of().parseHex(String.join("", parts));
  }

  private static InetAddress ip(String text) throws Exception {
    return IpPrefix.parseAddress("t", text);
  }

  /** {@code ip route get fibmatch 10.1.2.3}. */
  @Test
  void asksForTheRouteThatDecides() throws Exception {
    assertThat(RouteLookup.route(ip("10.1.2.3")))
        .isEqualTo(
            bytes(
                "24000000" + "1a00" + "0100" + "00000000" + "00000000", // RTM_GETROUTE, REQUEST
                "02" + "20" + "00" + "00" + "00" + "00" + "00" + "00", // AF_INET, /32
                "00300000", // RTM_F_LOOKUP_TABLE, RTM_F_FIB_MATCH
                "0800" + "0100" + "0a010203")); // RTA_DST
  }

  @Test
  void readsTheRoute() throws Exception {
    assertThat(RouteLookup.read(ROUTE))
        .contains(
            new Found(
                IpPrefix.parse("t", "10.0.0.0/8"),
                1,
                254,
                0,
                Optional.empty(),
                Optional.empty(),
                0));
  }

  /** {@code ip rule add to 192.0.2.0/24 lookup 100 priority 7}. */
  @Test
  void readsARule() throws Exception {
    Rule rule = RuleMessage.read(RULE).orElseThrow();
    assertThat(rule).hasToString("7: from all to 192.0.2.0/24 lookup 100");
    assertThat(rule.isFor(ip("192.0.2.9"), Optional.empty())).isTrue();
    assertThat(rule.isFor(ip("192.0.3.9"), Optional.empty())).isFalse();
  }

  @Test
  void answersCutAnywhereAreNoFailure() {
    for (byte[] whole : new byte[][] {ROUTE, RULE}) {
      for (int length = 16; length < whole.length; length++) {
        RouteLookup.read(Arrays.copyOf(whole, length));
        RuleMessage.read(Arrays.copyOf(whole, length));
      }
    }
  }
}

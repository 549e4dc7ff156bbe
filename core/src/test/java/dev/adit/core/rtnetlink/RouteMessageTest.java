package dev.adit.core.rtnetlink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.api.tunnel.IpPrefix;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Bytes as iproute2 6.1 sends them on a little-endian machine, read off with strace. */
class RouteMessageTest {
  @BeforeAll
  static void littleEndian() {
    assertThat(ByteOrder.nativeOrder()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
  }

  /** {@code ip route add 10.0.0.0/8 via 192.168.1.1 dev #2 proto static}. */
  @Test
  void addsARouteByAGateway() throws Exception {
    assertThat(
            hex(
                RouteMessage.add(
                    IpPrefix.parse("t", "10.0.0.0/8"),
                    2,
                    Optional.of(IpPrefix.parseAddress("t", "192.168.1.1")))))
        .isEqualTo(
            "34000000"
                + "1800"
                + "0106" // length, RTM_NEWROUTE, REQUEST|CREATE|EXCL
                + "00000000" // sequence
                + "00000000" // port
                + "02"
                + "08"
                + "00"
                + "00" // AF_INET, /8
                + "fe"
                + "04"
                + "00"
                + "01" // main, static, universe, unicast
                + "00000000" // flags
                + "0800"
                + "0100"
                + "0a000000" // RTA_DST
                + "0800"
                + "0500"
                + "c0a80101" // RTA_GATEWAY
                + "0800"
                + "0400"
                + "02000000"); // RTA_OIF
  }

  /** {@code ip -6 route add unreachable 8000::/1 proto static}. */
  @Test
  void blocksANetwork() throws Exception {
    assertThat(hex(RouteMessage.addUnreachable(IpPrefix.parse("t", "8000::/1"))))
        .isEqualTo(
            "38000000"
                + "1800"
                + "0106"
                + "00000000"
                + "00000000"
                + "0a"
                + "01"
                + "00"
                + "00"
                + "fe"
                + "04"
                + "00"
                + "07"
                + "00000000"
                + "1400"
                + "0100"
                + "80000000000000000000000000000000"
                + "0800"
                + "0400"
                + "01000000");
  }

  @Test
  void readsWhatItWrote() throws Exception {
    IpPrefix prefix = IpPrefix.parse("t", "192.0.2.0/24");
    assertThat(RouteMessage.read(RouteMessage.add(prefix, 3, Optional.empty())))
        .contains(new RouteMessage.Route(prefix, 3, Optional.empty(), 0));
  }

  @Test
  void aMessageCutAnywhereIsNoRouteAndNoFailure() throws Exception {
    byte[] whole =
        RouteMessage.add(
            IpPrefix.parse("t", "192.0.2.0/24"),
            3,
            Optional.of(IpPrefix.parseAddress("t", "192.0.2.1")));
    for (int length = 16; length < whole.length; length++) {
      RouteMessage.read(Arrays.copyOf(whole, length));
    }
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}

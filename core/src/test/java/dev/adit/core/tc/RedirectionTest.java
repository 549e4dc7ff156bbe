package dev.adit.core.tc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.core.rtnetlink.LinkMessage;
import dev.adit.core.tc.Redirection.Side;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** Bytes as iproute2 6.1 sends them on a little-endian machine; sequence number left out. */
class RedirectionTest {
  private static final String NUMBERS = "0000000000000000";

  /** {@code tc qdisc add dev #4 clsact}. */
  @Test
  void addsClsact() {
    assertThat(hex(Redirection.addClsact(4)))
        .isEqualTo(
            "30000000"
                + "2400"
                + "0106"
                + NUMBERS
                + "00000000"
                + "04000000"
                + "0000ffff"
                + "f1ffffff"
                + "00000000"
                + "0b00"
                + "0100"
                + "636c7361637400"
                + "00");
  }

  /**
   * {@code tc filter add dev #4 ingress pref 1 matchall action mirred ingress redirect dev #1}, and
   * the same for egress.
   */
  @Test
  void redirects() {
    assertThat(hex(new Redirection(Side.INGRESS, 4, 1).add())).isEqualTo(filter("f2", "03"));
    assertThat(hex(new Redirection(Side.EGRESS, 4, 1).add())).isEqualTo(filter("f3", "01"));
  }

  private static String filter(String side, String action) {
    return "70000000"
        + "2c00"
        + "0106"
        + NUMBERS
        + "00000000"
        + "04000000"
        + "00000000"
        + side
        + "ffffff"
        + "00030100"
        + "0d00"
        + "0100"
        + "6d61746368616c6c00"
        + "000000" // TCA_KIND: matchall
        + "3c00"
        + "0200" // TCA_OPTIONS
        + "3800"
        + "0200"
        + "3400"
        + "0100" // TCA_MATCHALL_ACT, first action
        + "0b00"
        + "0100"
        + "6d697272656400"
        + "00" // mirred
        + "2400"
        + "0280"
        + "2000"
        + "0200" // TCA_ACT_OPTIONS, TCA_MIRRED_PARMS
        + "00000000"
        + "00000000"
        + "04000000"
        + NUMBERS
        + action
        + "000000"
        + "01000000";
  }

  /** {@code tc filter del dev #4 ingress pref 1}, of this kind alone. */
  @Test
  void endsARedirection() {
    assertThat(hex(new Redirection(Side.INGRESS, 4, 1).delete()))
        .isEqualTo(
            "34000000"
                + "2d00"
                + "0100"
                + NUMBERS
                + "00000000"
                + "04000000"
                + "00000000"
                + "f2ffffff"
                + "00030100"
                + "0d00"
                + "0100"
                + "6d61746368616c6c00"
                + "000000");
  }

  /** {@code ip link add xx type xfrm if_id 0x55}. */
  @Test
  void addsAnXfrmInterface() {
    assertThat(hex(LinkMessage.addXfrm("xx", 0x55)))
        .isEqualTo(
            "40000000"
                + "1000"
                + "0106"
                + NUMBERS
                + "00".repeat(16)
                + "0700"
                + "0300"
                + "787800"
                + "00" // IFLA_IFNAME
                + "1800"
                + "1200"
                + "0800"
                + "0100"
                + "7866726d" // IFLA_LINKINFO, kind
                + "0c00"
                + "0200"
                + "0800"
                + "0200"
                + "55000000"); // IFLA_XFRM_IF_ID
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}

package dev.adit.core.xfrm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.api.datagram.SaParameters;
import dev.adit.api.datagram.SaParameters.EspCipher;
import dev.adit.api.datagram.SaParameters.EspMac;
import dev.adit.api.secret.SecretBytes;
import dev.adit.api.tunnel.IpPrefix;
import dev.adit.core.netlink.NetlinkWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HexFormat;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Bytes as iproute2 6.1 sends them on a little-endian machine; sequence number left out. */
class XfrmMessagesTest {
  private static final String ADDRESS_1 = "c0000201" + "00".repeat(12);
  private static final String ADDRESS_2 = "c0000202" + "00".repeat(12);
  private static final String NO_LIMIT = "ff".repeat(32);

  @BeforeAll
  static void littleEndian() {
    assertThat(ByteOrder.nativeOrder()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * {@code ip xfrm state add src 192.0.2.2 dst 192.0.2.1 proto esp spi 0x11223344 reqid 7 mode
   * tunnel flag noecn flag af-unspec enc 'cbc(aes)' 0x00..0f auth-trunc 'hmac(sha1)' 0x10..23 96
   * encap espinudp 40000 4500 0.0.0.0 replay-window 64 replay-oseq 5 replay-seq 9 extra-flag
   * dont-encap-dscp if_id 0x55 limit time-hard 60}, and two thresholds, for which ip has no word.
   */
  @Test
  void addsAnSa() throws Exception {
    XfrmReplay replay = new XfrmReplay(5, 9, 64, new BitSet());
    assertThat(hex(sa(replay).add()))
        .isEqualTo(
            "08020000"
                + "1000"
                + "0106"
                + "00000000"
                + "00000000" // NEWSA, REQUEST|CREATE|EXCL
                + "00".repeat(56) // selector: everything
                + ADDRESS_1
                + "11223344"
                + "32"
                + "000000" // id: ESP
                + ADDRESS_2 // source
                + NO_LIMIT
                + "0000000000000000"
                + "3c00000000000000"
                + "00".repeat(16) // lifetime
                + "00".repeat(32) // counters
                + "00".repeat(12) // statistics
                + "00000000"
                + "07000000" // sequence, reqid
                + "0200"
                + "01"
                + "00"
                + "21"
                + "00".repeat(7) // AF_INET, tunnel, noecn|af-unspec
                + "5800"
                + "0200"
                + text("cbc(aes)", 64)
                + "80000000" // XFRMA_ALG_CRYPT
                + "000102030405060708090a0b0c0d0e0f"
                + "6000"
                + "1400"
                + text("hmac(sha1)", 64)
                + "a0000000"
                + "60000000" // AUTH_TRUNC
                + "101112131415161718191a1b1c1d1e1f20212223"
                + "1c00"
                + "0400"
                + "0200"
                + "9c40"
                + "1194"
                + "0000"
                + "00".repeat(16) // ENCAP
                + "2400"
                + "1700"
                + "02000000"
                + "05000000"
                + "09000000" // REPLAY_ESN_VAL
                + "00000000"
                + "00000000"
                + "40000000"
                + "0000000000000000"
                + "0800"
                + "1800"
                + "01000000" // SA_EXTRA_FLAGS
                + "0800"
                + "1f00"
                + "55000000" // IF_ID
                + "0800"
                + "0c00"
                + "01000000" // ETIMER_THRESH
                + "0800"
                + "0b00"
                + "00000000"); // REPLAY_THRESH
  }

  @Test
  void readsThePolicyThatItAdds() throws Exception {
    XfrmPolicy policy = policy();
    assertThat(PolicyLookup.read(policy.add()))
        .hasValueSatisfying(
            p -> {
              assertThat(p.toString()).isEqualTo("src 0.0.0.0/0 dst 0.0.0.0/0, priority 3");
              assertThat(p.peer()).hasValue(policy.outerDestination());
              assertThat(p.scope()).isEqualTo(XfrmScope.ofInterface(0x55));
              assertThat(p.blocks()).isFalse();
            });
    assertThat(PolicyLookup.read(policy.delete())).isEmpty();
  }

  /** {@code ip xfrm state delete dst 192.0.2.1 proto esp spi 0x11223344 mark 0x55}. */
  @Test
  void anSaOfAMarkIsNamedWithIt() throws Exception {
    XfrmSaId marked = new XfrmSaId(id().destination(), id().spi(), 0x55);
    String mark = "0c00" + "1500" + "55000000" + "ffffffff";
    assertThat(hex(XfrmSa.delete(marked)))
        .isEqualTo(hex(XfrmSa.delete(id())).replaceFirst("28", "34") + mark);
    assertThat(hex(XfrmEvent.get(marked))).endsWith(mark);
    assertThat(hex(XfrmEvent.set(marked, XfrmReplay.sending(1)))).contains(mark);
    assertThat(new XfrmSaId(id().destination(), id().spi(), 0)).isNotEqualTo(marked);
  }

  /** {@code ip xfrm state delete dst 192.0.2.1 proto esp spi 0x11223344}. */
  @Test
  void deletesAnSa() throws Exception {
    assertThat(hex(XfrmSa.delete(id())))
        .isEqualTo(
            "28000000"
                + "1100"
                + "0100"
                + "00000000"
                + "00000000"
                + ADDRESS_1
                + "11223344"
                + "0200"
                + "32"
                + "00");
  }

  /**
   * {@code ip xfrm policy add src 0.0.0.0/0 dst 0.0.0.0/0 dir out priority 3 limit time-hard 60
   * tmpl src 192.0.2.2 dst 192.0.2.1 proto esp spi 0x11223344 reqid 7 mode tunnel if_id 0x55}.
   */
  @Test
  void addsAPolicy() throws Exception {
    assertThat(hex(policy().add()))
        .isEqualTo(
            "04010000"
                + "1300"
                + "0106"
                + "00000000"
                + "00000000"
                + "00".repeat(40)
                + "0200"
                + "00".repeat(14) // selector: AF_INET
                + NO_LIMIT
                + "0000000000000000"
                + "3c00000000000000"
                + "00".repeat(16)
                + "00".repeat(32) // counters
                + "03000000"
                + "00000000"
                + "01"
                + "00"
                + "00"
                + "00"
                + "00000000" // out, allow
                + "4400"
                + "0500" // XFRMA_TMPL
                + ADDRESS_1
                + "11223344"
                + "32"
                + "000000"
                + "0200"
                + "0000"
                + ADDRESS_2
                + "07000000"
                + "01"
                + "00"
                + "00"
                + "00"
                + "ffffffff"
                + "ffffffff"
                + "ffffffff"
                + "0800"
                + "1f00"
                + "55000000");
  }

  /** {@code ip xfrm policy delete src 0.0.0.0/0 dst 0.0.0.0/0 dir out if_id 0x55}. */
  @Test
  void deletesAPolicy() throws Exception {
    assertThat(hex(policy().delete()))
        .isEqualTo(
            "58000000"
                + "1400"
                + "0100"
                + "00000000"
                + "00000000"
                + "00".repeat(40)
                + "0200"
                + "00".repeat(14)
                + "00000000"
                + "01"
                + "000000"
                + "0800"
                + "1f00"
                + "55000000");
  }

  @Test
  void readsWhereAnSaStands() throws Exception {
    BitSet seen = new BitSet();
    seen.set(0);
    seen.set(3);
    byte[] message =
        HexFormat.of()
            .parseHex(
                "88000000"
                    + "1e00"
                    + "0000"
                    + "00000000"
                    + "00000000"
                    + ADDRESS_1
                    + "11223344"
                    + "0200"
                    + "32"
                    + "00"
                    + ADDRESS_2
                    + "00000000"
                    + "07000000"
                    + "2400"
                    + "1700"
                    + "02000000"
                    + "05000000"
                    + "44000000" // REPLAY_ESN_VAL
                    + "00000000"
                    + "00000000"
                    + "40000000"
                    + "09000000"
                    + "00000000"
                    + "2400"
                    + "0900"
                    + "e803000000000000"
                    + "0a00000000000000" // LTIME_VAL
                    + "00".repeat(16));
    assertThat(XfrmEvent.read(message))
        .contains(new XfrmEvent(id(), new XfrmReplay(5, 68, 64, seen), 1000, 10));
    for (int length = 16; length < message.length - 20; length++) {
      assertThat(XfrmEvent.read(Arrays.copyOf(message, length))).isEmpty();
    }
  }

  @Test
  void aWindowIsTheSameAfterTheWire() {
    BitSet seen = new BitSet();
    seen.set(0);
    seen.set(5);
    seen.set(63);
    for (long highest : new long[] {64, 65, 100, 4_000_000_000L}) {
      XfrmReplay replay = new XfrmReplay(7, highest, 64, seen);
      NetlinkWriter writer = new NetlinkWriter(0, 0);
      replay.write(writer);
      byte[] whole = writer.message();
      assertThat(XfrmReplay.read(Arrays.copyOfRange(whole, 16, whole.length))).isEqualTo(replay);
    }
  }

  @Test
  void twoWindowsTogetherHoldWhatEitherSaw() {
    XfrmReplay first = XfrmReplay.receiving(10, 64, bits(0, 1, 2));
    XfrmReplay second = XfrmReplay.receiving(14, 64, bits(0, 2));
    assertThat(first.merge(second)).isEqualTo(XfrmReplay.receiving(14, 64, bits(0, 2, 4, 5, 6)));
  }

  @Test
  void refusesAWindowThatTheKernelHasNot() {
    assertThatThrownBy(() -> new XfrmReplay(0, 0, 33, new BitSet()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(XfrmReplay.receiving(0, 1 << 20, new BitSet()).window())
        .isEqualTo(XfrmReplay.MAX_WINDOW);
  }

  private static BitSet bits(int... numbers) {
    BitSet bits = new BitSet();
    for (int number : numbers) {
      bits.set(number);
    }
    return bits;
  }

  private static XfrmSaId id() throws Exception {
    return new XfrmSaId(InetAddress.getByName("192.0.2.1"), 0x11223344, 0);
  }

  private static XfrmSa sa(XfrmReplay replay) throws Exception {
    return new XfrmSa(
        new InetSocketAddress(InetAddress.getByName("192.0.2.2"), 40000),
        new InetSocketAddress(InetAddress.getByName("192.0.2.1"), 4500),
        new SaParameters(
            0x11223344,
            EspCipher.AES_128_CBC,
            SecretBytes.owning(counting(0, 16)),
            EspMac.HMAC_SHA1_96,
            SecretBytes.owning(counting(16, 20)),
            1,
            64),
        7,
        XfrmScope.ofInterface(0x55),
        replay,
        Duration.ofSeconds(60));
  }

  private static XfrmPolicy policy() throws Exception {
    IpPrefix any = IpPrefix.parse("t", "0.0.0.0/0");
    return new XfrmPolicy(
        XfrmPolicy.Direction.OUT,
        any,
        any,
        InetAddress.getByName("192.0.2.2"),
        InetAddress.getByName("192.0.2.1"),
        0x11223344,
        7,
        XfrmScope.ofInterface(0x55),
        3,
        Duration.ofSeconds(60));
  }

  private static byte[] counting(int from, int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (from + i);
    }
    return bytes;
  }

  private static String text(String text, int length) {
    return HexFormat.of()
        .formatHex(Arrays.copyOf(text.getBytes(StandardCharsets.US_ASCII), length));
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}

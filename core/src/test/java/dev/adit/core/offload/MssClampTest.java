package dev.adit.core.offload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.api.packet.PacketBatch;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** SYNs against an oracle that writes options and checksums anew. */
class MssClampTest {
  private static final int SYN_ACK = Ip.SYN | Ip.ACK;
  private static final int END = 0;
  private static final int NOP = 1;
  private static final int MSS = 2;

  @Property(tries = 2000)
  void lowersTheMssWhereverItStands(
      @ForAll boolean four,
      @ForAll boolean answer,
      @ForAll @IntRange(max = 30) int before,
      @ForAll @IntRange(max = 0xffff) int announced,
      @ForAll @IntRange(min = 576, max = 9000) int mtu,
      @ForAll long seed) {
    int flags = answer ? SYN_ACK : Ip.SYN;
    byte[] syn = tcp(four, flags, seed, options(before, announced, seed));
    int most = mtu - (four ? 40 : 60);
    byte[] expected = tcp(four, flags, seed, options(before, Math.min(announced, most), seed));
    assertThat(sameZero(clamped(syn, mtu))).isEqualTo(sameZero(expected));
  }

  @Property(tries = 500)
  void aChecksumThatIsWrongStaysAsWrong(
      @ForAll boolean four,
      @ForAll @IntRange(max = 5) int before,
      @ForAll @IntRange(min = 1, max = 0xfffe) int error,
      @ForAll long seed) {
    byte[] syn = tcp(four, Ip.SYN, seed, options(before, 1460, seed));
    int at = NaiveSegments.checksumAt(syn);
    NaiveSegments.put16(syn, at, plus(Ip.get16(syn, at), error));
    byte[] expected = tcp(four, Ip.SYN, seed, options(before, 1000, seed));
    NaiveSegments.put16(expected, at, plus(Ip.get16(expected, at), error));
    assertThat(sameZero(clamped(syn, four ? 1040 : 1060))).isEqualTo(sameZero(expected));
  }

  @Property(tries = 1000)
  void leavesEverythingElseAlone(
      @ForAll boolean four, @ForAll @IntRange(max = 255) int flags, @ForAll long seed) {
    byte[] other = tcp(four, flags & ~Ip.SYN, seed, options(0, 9000, seed));
    assertThat(clamped(other, 576)).isEqualTo(other);
    byte[] udp = new NaiveSegments.Flow(four, Ip.UDP, 1).packet(tcp(four, Ip.SYN, seed, mss(9000)));
    assertThat(clamped(udp, 576)).isEqualTo(udp);
  }

  /** Cut anywhere, and with any byte of its headers changed: nothing throws, no length changes. */
  @Property(tries = 3000)
  void anyBytesAreBorne(
      @ForAll boolean four, @ForAll @IntRange(max = 30) int before, @ForAll long seed) {
    Random random = new Random(seed);
    byte[] syn = tcp(four, Ip.SYN, seed, options(before, 1460, seed));
    for (int i = random.nextInt(4); i > 0; i--) {
      syn[random.nextInt(syn.length)] = (byte) random.nextInt();
    }
    byte[] part = Arrays.copyOf(syn, random.nextInt(syn.length + 1));
    byte[] after = clamped(part, 1280);
    int changed = 0;
    for (int i = 0; i < part.length; i++) {
      changed += part[i] == after[i] ? 0 : 1;
    }
    // Few options fit in a header, and each is two bytes; the checksum is two more.
    assertThat(changed).isLessThanOrEqualTo(2 + 2 * 10);
  }

  @Example
  void looksPastExtensionHeadersButNotIntoLaterFragments() {
    byte[] syn = tcp(false, Ip.SYN, 1, mss(1460));
    byte[] expected = tcp(false, Ip.SYN, 1, mss(1220));
    byte[] between = new byte[8 + 16 + 8];
    between[0] = 60;
    between[8] = 44;
    between[8 + 1] = 1;
    between[24] = Ip.TCP;
    assertThat(clamped(extended(syn, between), 1280)).isEqualTo(extended(expected, between));
    between[24 + 3] = 8;
    assertThat(clamped(extended(syn, between), 1280)).isEqualTo(extended(syn, between));
  }

  @Example
  void aLaterFragmentOfIpv4IsNoSyn() {
    byte[] fragment = tcp(true, Ip.SYN, 1, mss(1460));
    NaiveSegments.put16(fragment, Ip.V4_FRAGMENT, 1);
    assertThat(clamped(fragment, 1280)).isEqualTo(fragment);
  }

  @Example
  void thoseBeforeTheFirstAreNotLookedAt() {
    byte[] syn = tcp(true, Ip.SYN, 1, mss(1460));
    PacketBatch batch = new PacketBatch(2, 256, 16);
    batch.append(syn, 0, syn.length);
    batch.append(syn, 0, syn.length);
    MssClamp.clamp(batch, 1, 1280);
    assertThat(packet(batch, 0)).isEqualTo(syn);
    assertThat(packet(batch, 1)).isEqualTo(tcp(true, Ip.SYN, 1, mss(1240)));
  }

  private static byte[] clamped(byte[] packet, int mtu) {
    PacketBatch batch = new PacketBatch(1, 512, 16);
    batch.append(packet, 0, packet.length);
    MssClamp.clamp(batch, 0, mtu);
    return packet(batch, 0);
  }

  /** A sum of 0 may be written in two ways: RFC 1624 §3. */
  private static byte[] sameZero(byte[] packet) {
    int at = NaiveSegments.checksumAt(packet);
    if (Ip.get16(packet, at) == 0) {
      NaiveSegments.put16(packet, at, 0xffff);
    }
    return packet;
  }

  private static byte[] packet(PacketBatch batch, int index) {
    int at = batch.offset(index);
    return Arrays.copyOfRange(batch.array(), at, at + batch.length(index));
  }

  private static byte[] tcp(boolean four, int flags, long seed, byte[] options) {
    NaiveSegments.Flow flow = new NaiveSegments.Flow(four, Ip.TCP, (int) seed & 0xffff);
    flow.flags = flags;
    flow.sequence = (int) (seed >>> 16);
    flow.options = options;
    return flow.packet(new byte[0]);
  }

  private static byte[] mss(int value) {
    return new byte[] {MSS, 4, (byte) (value >> 8), (byte) value};
  }

  /** Other options of some length, the MSS, and then others again, up to a whole word. */
  private static byte[] options(int before, int announced, long seed) {
    Random random = new Random(seed);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    while (out.size() < before) {
      int length = random.nextInt(Math.min(10, before - out.size() + 1));
      if (length < 2) {
        out.write(NOP);
      } else {
        out.write(3 + random.nextInt(250));
        out.write(length);
        byte[] content = new byte[length - 2];
        random.nextBytes(content);
        out.writeBytes(content);
      }
    }
    out.writeBytes(mss(announced));
    while (out.size() % 4 != 0) {
      out.write(random.nextBoolean() ? NOP : END);
    }
    return out.toByteArray();
  }

  private static byte[] extended(byte[] packet, byte[] between) {
    byte[] all = new byte[packet.length + between.length];
    System.arraycopy(packet, 0, all, 0, Ip.V6_BYTES);
    System.arraycopy(between, 0, all, Ip.V6_BYTES, between.length);
    int rest = packet.length - Ip.V6_BYTES;
    System.arraycopy(packet, Ip.V6_BYTES, all, Ip.V6_BYTES + between.length, rest);
    all[Ip.V6_NEXT_HEADER] = 0;
    return all;
  }

  /** In ones' complement. */
  private static int plus(int sum, int more) {
    int all = sum + more;
    return (all & 0xffff) + (all >> 16);
  }
}

package dev.adit.core.offload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.api.packet.PacketBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class AckFilterTest {
  private static final byte[] TIMESTAMPS = {1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2};

  @Property(tries = 500)
  void onlyWhatTheNextPacketSaysIsLeftOut(
      @ForAll @Size(min = 1, max = 60) List<@IntRange(max = 99) Integer> steps, @ForAll long seed) {
    Random random = new Random(seed);
    NaiveSegments.Flow[] flows = NaiveSegments.flows();
    NaiveSegments.Flow flow = flows[0];
    flow.acknowledged = Integer.MAX_VALUE - 10_000;
    List<byte[]> packets = new ArrayList<>();
    for (int step : steps) {
      switch (step) {
        case 0, 1, 2, 3 -> flow = flows[step];
        case 4 -> flow.acknowledged--;
        case 5, 6 -> flow.window -= 3;
        case 7 -> flow.ttl--;
        case 8 -> flow.options = TIMESTAMPS;
        case 9 -> flow.options = new byte[] {1, 1, 1, (byte) random.nextInt(3)};
        case 10 -> flow.options = new byte[0];
        case 11 -> TIMESTAMPS[11]++;
        case 12, 13 -> {} // The same once more: a duplicate.
        default -> flow.acknowledged += 2800;
      }
      flow.flags = step < 16 ? random.nextInt(256) : Ip.ACK;
      byte[] packet = flow.packet(new byte[step > 90 ? 1 + random.nextInt(30) : 0]);
      if (step == 14 || step == 15) {
        packet[random.nextInt(packet.length)] ^= (byte) (1 << random.nextInt(8));
      }
      packets.add(packet);
    }
    assertThat(filtered(packets)).containsExactlyElementsOf(naive(packets));
  }

  @Example
  void ofAGroupOfAcknowledgementsTheLastStays() {
    for (boolean four : new boolean[] {true, false}) {
      NaiveSegments.Flow flow = new NaiveSegments.Flow(four, Ip.TCP, 1);
      List<byte[]> packets = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        flow.acknowledged += 2800;
        flow.window++;
        packets.add(flow.packet(new byte[0]));
      }
      assertThat(filtered(packets)).containsExactly(packets.get(19));
    }
  }

  /** Each of these keeps the first acknowledgement beside the second. */
  @Example
  void whatTheNextDoesNotSayStays() {
    stays(flow -> flow.acknowledged -= 1);
    stays(flow -> flow.acknowledged -= 2);
    stays(flow -> flow.sequence++);
    stays(flow -> flow.ttl--);
    stays(flow -> flow.options = TIMESTAMPS);
    stays(flow -> flow.flags = Ip.ACK | 0x40);
    stays(flow -> flow.flags = Ip.ACK | Ip.FIN);
  }

  @Example
  void aDamagedOneMakesNothingSuperfluous() {
    for (int at = 0; at < 40; at++) {
      NaiveSegments.Flow flow = new NaiveSegments.Flow(true, Ip.TCP, 1);
      byte[] first = flow.packet(new byte[0]);
      flow.acknowledged++;
      byte[] second = flow.packet(new byte[0]);
      second[at] ^= 1;
      assertThat(filtered(List.of(first, second))).hasSize(2);
    }
  }

  private static void stays(Consumer<NaiveSegments.Flow> change) {
    NaiveSegments.Flow flow = new NaiveSegments.Flow(true, Ip.TCP, 1);
    byte[] first = flow.packet(new byte[0]);
    flow.acknowledged++;
    change.accept(flow);
    assertThat(filtered(List.of(first, flow.packet(new byte[0])))).hasSize(2);
  }

  private static List<byte[]> filtered(List<byte[]> packets) {
    PacketBatch batch = new PacketBatch(packets.size(), 2048, 0);
    packets.forEach(p -> batch.append(p, 0, p.length));
    int dropped = AckFilter.apply(batch);
    List<byte[]> left = new ArrayList<>();
    for (int i = 0; i < batch.count(); i++) {
      if (batch.length(i) > 0) {
        int at = batch.offset(i);
        left.add(Arrays.copyOfRange(batch.array(), at, at + batch.length(i)));
      }
    }
    assertThat(left).hasSize(packets.size() - dropped);
    return left;
  }

  private static List<byte[]> naive(List<byte[]> packets) {
    List<byte[]> left = new ArrayList<>();
    for (int i = 0; i < packets.size(); i++) {
      boolean last = i + 1 == packets.size();
      if (last || !isSuperfluous(packets.get(i), packets.get(i + 1))) {
        left.add(packets.get(i));
      }
    }
    return left;
  }

  private static boolean isSuperfluous(byte[] packet, byte[] next) {
    return isBareAcknowledgement(packet)
        && isBareAcknowledgement(next)
        && Arrays.equals(masked(packet), masked(next))
        && acknowledged(next) - acknowledged(packet) > 0
        && isWhole(next);
  }

  private static boolean isBareAcknowledgement(byte[] packet) {
    if (packet.length < 40 || packet[0] != 0x45 && packet[0] >> 4 != 6) {
      return false;
    }
    int network = NaiveSegments.networkBytes(packet);
    if (packet.length < network + 20 || NaiveSegments.protocol(packet) != Ip.TCP) {
      return false;
    }
    boolean lengthIsRight =
        network == 20
            ? Ip.get16(packet, 2) == packet.length && (Ip.get16(packet, 6) & 0xbfff) == 0
            : Ip.get16(packet, 4) == packet.length - 40;
    byte[] options = Arrays.copyOfRange(packet, network + 20, packet.length);
    boolean plain = options.length == 0 || isTimestamps(options);
    return lengthIsRight
        && plain
        && (packet[network + 12] & 0xf0) >> 4 == (packet.length - network) / 4
        && packet[network + 13] == 0x10;
  }

  private static boolean isTimestamps(byte[] options) {
    return options.length == 12 && Arrays.equals(options, 0, 4, TIMESTAMPS, 0, 4);
  }

  /** Without what may differ: identification, checksums, acknowledgement, window. */
  private static byte[] masked(byte[] packet) {
    int network = NaiveSegments.networkBytes(packet);
    byte[] copy = packet.clone();
    if (network == 20) {
      NaiveSegments.put16(copy, 4, 0);
      NaiveSegments.put16(copy, 10, 0);
    }
    Arrays.fill(copy, network + 8, network + 12, (byte) 0);
    NaiveSegments.put16(copy, network + 14, 0);
    NaiveSegments.put16(copy, network + 16, 0);
    return copy;
  }

  private static int acknowledged(byte[] packet) {
    return Ip.get32(packet, NaiveSegments.networkBytes(packet) + 8);
  }

  private static boolean isWhole(byte[] packet) {
    byte[] right = packet.clone();
    NaiveSegments.finish(right);
    return Arrays.equals(right, packet);
  }
}

package dev.adit.core.offload;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class CoalescerTest {
  private final ByteBuffer slab = ByteBuffer.allocateDirect(VirtioHeader.BYTES + 65536);
  private final Coalescer coalescer = new Coalescer(slab);

  /**
   * What the kernel would cut from our writes is what came in, byte for byte and in that order,
   * whatever was changed in whichever packet of whichever flow.
   */
  @Property(tries = 500)
  void whatIsJoinedCanBeCutAgain(
      @ForAll @Size(min = 1, max = 120) List<@IntRange(max = 199) Integer> steps,
      @ForAll long seed) {
    Random random = new Random(seed);
    NaiveSegments.Flow[] flows = NaiveSegments.flows();
    NaiveSegments.Flow flow = flows[0];
    List<byte[]> packets = new ArrayList<>();
    for (int step : steps) {
      switch (step) {
        case 0, 1, 2, 3 -> flow = flows[step];
        case 4 -> flow.acknowledged++;
        case 5 -> flow.window++;
        case 6 -> flow.sequence++;
        case 7 -> flow.id++;
        case 8 -> flow.ttl--;
        case 9 -> flow.options = new byte[] {1, 1, 1, (byte) random.nextInt(3)};
        case 10 -> flow.options = new byte[0];
        default -> {}
      }
      flow.flags = step < 14 ? random.nextInt(256) : step < 25 ? Ip.ACK | Ip.PSH : Ip.ACK;
      byte[] payload = new byte[step < 30 ? random.nextInt(900) : 800];
      random.nextBytes(payload);
      byte[] packet = flow.packet(payload);
      if (step > 190) {
        packet[random.nextInt(packet.length)] ^= (byte) (1 << random.nextInt(8));
      }
      packets.add(packet);
    }
    // The identification of a packet that is never fragmented is no part of what must be kept.
    assertThat(withoutIds(cut(write(packets)))).containsExactlyElementsOf(withoutIds(packets));
  }

  @Example
  void aRunIsOneWriteAndItsLastMayBeShort() {
    for (boolean four : new boolean[] {true, false}) {
      NaiveSegments.Flow flow = new NaiveSegments.Flow(four, Ip.TCP, 1);
      List<byte[]> packets = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        packets.add(flow.packet(new byte[1400]));
      }
      packets.add(flow.packet(new byte[7]));
      packets.add(flow.packet(new byte[7]));
      assertThat(write(packets)).hasSize(2);
      assertThat(cut(write(packets))).containsExactlyElementsOf(packets);
    }
  }

  @Example
  void noPacketBecomesLongerThanIpAllows() {
    NaiveSegments.Flow flow = new NaiveSegments.Flow(true, Ip.TCP, 1);
    List<byte[]> packets = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      packets.add(flow.packet(new byte[1400]));
    }
    List<byte[]> written = write(packets);
    assertThat(written).hasSize(3).allMatch(w -> w.length <= VirtioHeader.BYTES + 65535);
    assertThat(cut(written)).containsExactlyElementsOf(packets);
  }

  /** Each of these keeps the second packet apart from the first. */
  @Example
  void whatDiffersStaysApart() {
    apart(flow -> flow.acknowledged++);
    apart(flow -> flow.window++);
    apart(flow -> flow.sequence++);
    apart(flow -> flow.ttl--);
    apart(flow -> flow.options = new byte[] {1, 1, 1, 0});
    apart(flow -> flow.flags = Ip.ACK | Ip.FIN);
    apart(flow -> flow.flags = Ip.ACK | Ip.CWR);
    apart(flow -> flow.flags = 0);
  }

  /** A wrong checksum is for the receiver to see; joined, nobody would look at it. */
  @Example
  void aDamagedPacketStaysAsItIs() {
    for (int damaged = 0; damaged < 3; damaged++) {
      NaiveSegments.Flow flow = new NaiveSegments.Flow(true, Ip.TCP, 1);
      List<byte[]> packets = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        packets.add(flow.packet(new byte[100]));
      }
      packets.get(damaged)[60] ^= 1;
      List<byte[]> written = write(packets);
      assertThat(written).hasSize(damaged == 1 ? 3 : 2);
      assertThat(cut(written)).containsExactlyElementsOf(packets);
    }
  }

  private void apart(Consumer<NaiveSegments.Flow> change) {
    NaiveSegments.Flow flow = new NaiveSegments.Flow(true, Ip.TCP, 1);
    byte[] first = flow.packet(new byte[100]);
    change.accept(flow);
    byte[] second = flow.packet(new byte[100]);
    assertThat(write(List.of(first, second))).hasSize(2);
  }

  private List<byte[]> write(List<byte[]> packets) {
    List<byte[]> written = new ArrayList<>();
    for (byte[] packet : packets) {
      if (!coalescer.append(packet, 0, packet.length)) {
        written.add(finish());
        assertThat(coalescer.append(packet, 0, packet.length)).isTrue();
      }
    }
    written.add(finish());
    return written;
  }

  private byte[] finish() {
    byte[] bytes = new byte[coalescer.finish()];
    slab.get(0, bytes);
    return bytes;
  }

  private static List<byte[]> cut(List<byte[]> written) {
    return written.stream().flatMap(w -> NaiveSegments.cut(w).stream()).toList();
  }

  private static List<byte[]> withoutIds(List<byte[]> packets) {
    List<byte[]> all = new ArrayList<>();
    for (byte[] packet : packets) {
      byte[] copy = packet.clone();
      if (copy.length >= 20 && copy[0] == 0x45) {
        NaiveSegments.put16(copy, 4, 0);
        NaiveSegments.put16(copy, 10, 0);
      }
      all.add(copy);
    }
    return all;
  }
}

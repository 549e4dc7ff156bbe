package dev.adit.core.offload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.api.packet.PacketBatch;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class SegmenterTest {
  private final ByteBuffer slab = ByteBuffer.allocateDirect(1 << 17);
  private final Segmenter segmenter = new Segmenter(slab);

  /** Whatever the batch holds, and wherever the cut between two batches falls. */
  @Property(tries = 500)
  void cutsAsTheKernelWouldHave(
      @ForAll boolean four,
      @ForAll boolean tcp,
      @ForAll @IntRange(min = 1, max = 60_000) int payload,
      @ForAll @IntRange(min = 500, max = 1460) int segment,
      @ForAll @IntRange(max = 10) int optionWords,
      @ForAll @IntRange(max = 255) int flags,
      @ForAll @IntRange(min = 1, max = 70) int capacity,
      @ForAll long seed) {
    byte[] bytes = new byte[payload];
    new Random(seed).nextBytes(bytes);
    NaiveSegments.Flow flow = new NaiveSegments.Flow(four, tcp ? Ip.TCP : Ip.UDP, 1024);
    flow.options = new byte[4 * optionWords];
    new Random(seed).nextBytes(flow.options);
    flow.flags = flags;
    byte[] large = NaiveSegments.large(flow.packet(bytes), segment);

    List<byte[]> packets = read(large, capacity);

    assertThat(packets).containsExactlyElementsOf(NaiveSegments.cut(large));
  }

  @Property(tries = 200)
  void finishesTheChecksumOfOnePacket(
      @ForAll boolean four,
      @ForAll boolean tcp,
      @ForAll @IntRange(max = 1400) int payload,
      @ForAll long seed) {
    byte[] bytes = new byte[payload];
    new Random(seed).nextBytes(bytes);
    byte[] packet = new NaiveSegments.Flow(four, tcp ? Ip.TCP : Ip.UDP, 1).packet(bytes);
    assertThat(read(NaiveSegments.large(packet, 0), 1)).containsExactly(packet);
  }

  @Property(tries = 2000)
  void anyBytesAreCutOrDropped(@ForAll @IntRange(max = 3000) int length, @ForAll long seed) {
    byte[] bytes = new byte[length];
    Random random = new Random(seed);
    random.nextBytes(bytes);
    if (length > 10) {
      ByteBuffer header = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
      header.put(0, (byte) random.nextInt(2)).put(1, (byte) random.nextInt(6));
      header.putShort(6, (short) random.nextInt(100)).putShort(8, (short) random.nextInt(20));
    }
    int count = read(bytes, 16).size();
    assertThat(count).isLessThan(3000);
    assertThat(segmenter.isDone()).isTrue();
  }

  @Example
  void aPacketAsItIsStaysAsItIs() {
    byte[] read = new byte[10 + 100];
    Arrays.fill(read, 10, 110, (byte) 0x45);
    assertThat(read(read, 4)).containsExactly(Arrays.copyOfRange(read, 10, 110));
    assertThat(segmenter.wasLarge()).isFalse();
  }

  private List<byte[]> read(byte[] read, int capacity) {
    slab.put(0, read, 0, read.length);
    segmenter.begin(read.length);
    List<byte[]> all = new ArrayList<>();
    PacketBatch batch = new PacketBatch(capacity, 4096, 64);
    do {
      batch.clear();
      segmenter.fill(batch);
      for (int i = 0; i < batch.count(); i++) {
        int at = batch.offset(i);
        all.add(Arrays.copyOfRange(batch.array(), at, at + batch.length(i)));
      }
    } while (!segmenter.isDone());
    return all;
  }
}

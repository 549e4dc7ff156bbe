package dev.adit.core.offload;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.adit.api.packet.PacketBatch;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What cutting and joining cost: no garbage, and less time than the loop word by word. */
class OffloadCostTest {
  private static final int ROUNDS = 2_000;
  private static final int SEGMENT = 1380;
  private static final int SEGMENTS = 44;

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private final ByteBuffer in = ByteBuffer.allocateDirect(1 << 17);
  private final ByteBuffer out = ByteBuffer.allocateDirect(1 << 17);
  private final Segmenter segmenter = new Segmenter(in);
  private final Coalescer coalescer = new Coalescer(out);
  private final PacketBatch batch = new PacketBatch(64, 2048, 64);

  @Test
  void noObjectIsMadeForAPacket() {
    byte[] large = large();
    in.put(0, large, 0, large.length);
    turn(large.length);
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 5; i++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      turn(large.length);
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }
    // The counting itself may make an object or two; a packet makes none.
    assertThat(least).isLessThan(ROUNDS);
  }

  @Test
  void theSumIsFasterThanWordByWord() {
    byte[] bytes = large();
    long ours = Long.MAX_VALUE;
    long naive = Long.MAX_VALUE;
    int all = 0;
    // As long as it takes the compiler, which is late where others want its processors.
    long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    for (int round = 0; round < 500 || ours >= naive / 2 && System.nanoTime() < end; round++) {
      long start = System.nanoTime();
      for (int i = 0; i < SEGMENTS; i++) {
        all += Checksum.sum(bytes, i * SEGMENT + 1, SEGMENT, i);
      }
      long middle = System.nanoTime();
      for (int i = 0; i < SEGMENTS; i++) {
        all += NaiveSegments.sum(bytes, i * SEGMENT + 1, i * SEGMENT + 1 + SEGMENT);
      }
      ours = Math.min(ours, middle - start);
      naive = Math.min(naive, System.nanoTime() - middle);
    }
    System.out.printf(
        "sum of %d bytes: %d ns, word by word %d ns (%d)%n",
        SEGMENT, ours / SEGMENTS, naive / SEGMENTS, all);
    assertThat(ours).isLessThan(naive / 2);
  }

  private void turn(int length) {
    for (int round = 0; round < ROUNDS; round++) {
      segmenter.begin(length);
      batch.clear();
      segmenter.fill(batch);
      for (int i = 0; i < batch.count(); i++) {
        if (!coalescer.append(batch.array(), batch.offset(i), batch.length(i))) {
          throw new AssertionError("packet " + i + " was not joined");
        }
      }
      if (coalescer.packets() != SEGMENTS || coalescer.finish() != length) {
        throw new AssertionError("joined otherwise than cut");
      }
    }
  }

  private static byte[] large() {
    byte[] payload = new byte[SEGMENT * SEGMENTS];
    new Random(1).nextBytes(payload);
    return NaiveSegments.large(new NaiveSegments.Flow(true, Ip.TCP, 1).packet(payload), SEGMENT);
  }
}

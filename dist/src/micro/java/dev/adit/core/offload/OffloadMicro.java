package dev.adit.core.offload;

import dev.adit.api.packet.PacketBatch;
import java.nio.ByteBuffer;
import java.util.Random;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** 44 packets cut out of one, and joined to one again. */
@State(Scope.Thread)
public class OffloadMicro {
  private static final int SEGMENT = 1380;
  private static final int SEGMENTS = 44;

  private final ByteBuffer in = ByteBuffer.allocateDirect(1 << 17);
  private final ByteBuffer out = ByteBuffer.allocateDirect(1 << 17);
  private final Segmenter segmenter = new Segmenter(in);
  private final Coalescer coalescer = new Coalescer(out);
  private final PacketBatch batch = new PacketBatch(64, 2048, 64);
  private int length;

  @Setup
  public void fill() {
    byte[] payload = new byte[SEGMENT * SEGMENTS];
    new Random(1).nextBytes(payload);
    byte[] large =
        NaiveSegments.large(new NaiveSegments.Flow(true, Ip.TCP, 1).packet(payload), SEGMENT);
    in.put(0, large, 0, large.length);
    length = large.length;
    segment();
  }

  @Benchmark
  public int segment() {
    segmenter.begin(length);
    batch.clear();
    segmenter.fill(batch);
    return batch.count();
  }

  @Benchmark
  public int coalesce() {
    for (int i = 0; i < batch.count(); i++) {
      if (!coalescer.append(batch.array(), batch.offset(i), batch.length(i))) {
        throw new IllegalStateException("packet " + i + " was not joined");
      }
    }
    return coalescer.finish();
  }

  @Benchmark
  public int checksum() {
    int all = 0;
    for (int i = 0; i < batch.count(); i++) {
      all += Checksum.sum(batch.array(), batch.offset(i), batch.length(i), 0);
    }
    return all;
  }
}

package dev.adit.anyconnect.compress;

import dev.adit.api.packet.PacketBatch;

/** An agreed encoding at work on the batches of one association. */
public final class PacketCompression implements AutoCloseable {
  /** What became of a packet that came compressed. */
  public enum Verdict {
    /** It is in the batch. */
    EXPANDED,
    /** It is lost; the next may be good. */
    DAMAGED,
    /** It is lost, and with it all that follow. */
    BROKEN
  }

  /** Below this a packet is little more than its headers; both ends have a limit of this kind. */
  private static final int LEAST_BYTES = 64;

  /** What a peer may send at most, however long the packet becomes. */
  private static final int MOST_BYTES = 16384;

  private final Encoding encoding;
  private final PacketCodec codec;
  private final byte[] scratch = new byte[MOST_BYTES];
  private long damaged;

  public PacketCompression(Encoding encoding) {
    this.encoding = encoding;
    this.codec = encoding.open();
  }

  public Encoding encoding() {
    return encoding;
  }

  /** Packets that could not be expanded. */
  public long damaged() {
    return damaged;
  }

  /**
   * Compresses a packet where it stands.
   *
   * @return whether it has become shorter; if not, nothing was changed
   */
  public boolean shrink(PacketBatch packets, int index) {
    int length = packets.length(index);
    if (length < LEAST_BYTES || length > MOST_BYTES) {
      return false;
    }
    int at = packets.offset(index);
    int shorter = codec.compress(packets.array(), at, length, scratch, length - 1);
    if (shorter == 0) {
      return false;
    }
    System.arraycopy(scratch, 0, packets.array(), at, shorter);
    packets.reframe(index, at, shorter);
    return true;
  }

  /** Expands a packet into a batch that is not full. */
  public Verdict expand(byte[] bytes, int at, int length, PacketBatch packets) {
    int room = Math.min(MOST_BYTES, packets.maxLength());
    int n = codec.expand(bytes, at, length, packets.array(), packets.nextOffset(), room);
    if (n > 0) {
      packets.commit(n);
      return Verdict.EXPANDED;
    }
    damaged++;
    return n < 0 && codec.hasHistory() ? Verdict.BROKEN : Verdict.DAMAGED;
  }

  @Override
  public void close() {
    codec.close();
  }
}

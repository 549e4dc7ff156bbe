package dev.adit.juniper.lzo;

import java.util.Arrays;

/**
 * A small compressor for the gateway: literal runs, and of the matches those of 4 bytes and more
 * that are at most 16384 back (first byte 32 to 63 in {@link Lzo1x}). Any decompressor reads that.
 * One thread.
 */
public final class Lzo1xCompressor {
  private static final int HASH_BITS = 11;
  private static final int LEAST_MATCH = 4;
  private static final int FARTHEST = 16384;
  private static final int LONGEST_FIRST_RUN = 238;
  private static final byte[] END = {17, 0, 0};

  /** Where four bytes of that hash were last seen, from 1; 0 for nowhere. */
  private final int[] seen = new int[1 << HASH_BITS];

  private byte[] out = END;
  private int start;
  private int op;
  private int limit;

  /**
   * Compresses one block.
   *
   * @return bytes written; -1 if it takes more than {@code outMax}
   */
  public int compress(byte[] in, int off, int len, byte[] to, int outOff, int outMax) {
    Arrays.fill(seen, 0);
    out = to;
    start = outOff;
    op = outOff;
    limit = outOff + outMax;
    int written = blocks(in, off, off + len) ? op - start : -1;
    out = END;
    return written;
  }

  private boolean blocks(byte[] in, int off, int end) {
    int literals = off;
    int at = off;
    while (at + LEAST_MATCH <= end) {
      int hash = hash(in, at);
      int before = off + seen[hash] - 1;
      seen[hash] = at - off + 1;
      int length = before < off || at - before > FARTHEST ? 0 : match(in, before, at, end);
      if (length < LEAST_MATCH) {
        at++;
        continue;
      }
      if (!run(in, literals, at - literals) || !repeat(at - before, length)) {
        return false;
      }
      at += length;
      literals = at;
    }
    return run(in, literals, end - literals) && put(END, 0, END.length);
  }

  private boolean run(byte[] in, int from, int length) {
    boolean headed = true;
    if (op == start && length > 0 && length <= LONGEST_FIRST_RUN) {
      headed = put(17 + length);
    } else if (length > 18) {
      headed = put(0) && extension(length - 18);
    } else if (length > 3) {
      headed = put(length - 3);
    } else if (length > 0) {
      // Into the two bits that the match before has for it.
      out[op - 2] |= (byte) length;
    }
    return headed && put(in, from, length);
  }

  private boolean repeat(int distance, int length) {
    int field = length - 2;
    boolean headed = field > 31 ? put(32) && extension(field - 31) : put(32 | field);
    int v = distance - 1 << 2;
    return headed && put(v) && put(v >> 8);
  }

  private boolean extension(int value) {
    int rest = value;
    for (; rest > 255; rest -= 255) {
      if (!put(0)) {
        return false;
      }
    }
    return put(rest);
  }

  private boolean put(int value) {
    if (op == limit) {
      return false;
    }
    out[op++] = (byte) value;
    return true;
  }

  private boolean put(byte[] from, int at, int length) {
    if (length > limit - op) {
      return false;
    }
    System.arraycopy(from, at, out, op, length);
    op += length;
    return true;
  }

  private static int match(byte[] in, int before, int at, int end) {
    int length = 0;
    while (at + length < end && in[before + length] == in[at + length]) {
      length++;
    }
    return length;
  }

  private static int hash(byte[] in, int at) {
    int four =
        in[at] & 0xff
            | (in[at + 1] & 0xff) << 8
            | (in[at + 2] & 0xff) << 16
            | (in[at + 3] & 0xff) << 24;
    return four * 0x9e3779b1 >>> 32 - HASH_BITS;
  }
}

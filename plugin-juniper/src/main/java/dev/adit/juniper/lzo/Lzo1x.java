package dev.adit.juniper.lzo;

/**
 * Decompresses LZO1X. An instruction is a literal run, or a match with up to three literals behind
 * it; what a small first byte means depends on how many literals went before, the state.
 *
 * <pre>
 *   x          state   length                   distance
 *   0..15      0       literals: 3 + x'         -
 *   0..15      1..3    2                        1 + (x &gt;&gt; 2) + 4 * next byte
 *   0..15      4       3                        2049 + (x &gt;&gt; 2) + 4 * next byte
 *   16..31             2 + (x &amp; 7)'             16384 + ((x &amp; 8) &lt;&lt; 11) + (v &gt;&gt; 2)
 *   32..63             2 + (x &amp; 31)'            1 + (v &gt;&gt; 2)
 *   64..255            1 + (x &gt;&gt; 5)             1 + (x &gt;&gt; 2 &amp; 7) + 8 * next byte
 * </pre>
 *
 * <p>x' is extended where it is 0: by its greatest value, 255 for each byte 00 that follows, and
 * the first other byte. v is the next two bytes, least significant first. Literals behind a match:
 * the low two bits of v, or else of x. Distance 16384 is the end of the block. A first byte of the
 * block above 17 is a run of x - 17 literals.
 */
public final class Lzo1x {
  private static final int DAMAGED = -1;
  private static final int RUN = 4;
  private static final int END_DISTANCE = 16384;
  private static final int FIRST_RUN = 17;

  private Lzo1x() {}

  /**
   * Decompresses one block. Reads nothing outside of {@code len} bytes, writes nothing outside of
   * {@code outMax}, and allocates nothing; time grows with both alone.
   *
   * @return bytes written; -1 if the block is damaged, has bytes behind its end, or would not fit
   */
  public static int decompress(byte[] in, int off, int len, byte[] out, int outOff, int outMax) {
    int end = off + len;
    int limit = outOff + outMax;
    int ip = off;
    int op = outOff;
    int state = 0;
    if (len > 0 && (in[ip] & 0xff) > FIRST_RUN) {
      int literals = (in[ip++] & 0xff) - FIRST_RUN;
      if (literals > end - ip || literals > limit - op) {
        return DAMAGED;
      }
      System.arraycopy(in, ip, out, op, literals);
      ip += literals;
      op += literals;
      state = Math.min(literals, RUN);
    }
    while (ip < end) {
      int x = in[ip++] & 0xff;
      boolean run = x < 16 && state == 0;
      int mask = run ? 15 : x < 16 || x >= 64 ? 0 : x < 32 ? 7 : 31;
      int field = x & mask;
      if (mask != 0 && field == 0) {
        int zeros = ip;
        while (ip < end && in[ip] == 0) {
          ip++;
        }
        if (ip == end || ip - zeros > outMax / 255) {
          return DAMAGED;
        }
        field = mask + 255 * (ip - zeros) + (in[ip++] & 0xff);
      }
      int literals;
      if (run) {
        literals = 3 + field;
      } else {
        int bytes = mask == 0 ? 1 : 2;
        if (end - ip < bytes) {
          return DAMAGED;
        }
        int v = in[ip] & 0xff | (bytes == 2 ? (in[ip + 1] & 0xff) << 8 : 0);
        ip += bytes;
        int length;
        int distance;
        if (x >= 64) {
          length = 1 + (x >> 5);
          distance = 1 + (x >> 2 & 7) + 8 * v;
        } else if (x >= 32) {
          length = 2 + field;
          distance = 1 + (v >> 2);
        } else if (x >= 16) {
          length = 2 + field;
          distance = END_DISTANCE + ((x & 8) << 11) + (v >> 2);
          if (distance == END_DISTANCE) {
            return ip == end ? op - outOff : DAMAGED;
          }
        } else {
          length = state == RUN ? 3 : 2;
          distance = (state == RUN ? 2049 : 1) + (x >> 2) + 4 * v;
        }
        if (distance > op - outOff || length > limit - op) {
          return DAMAGED;
        }
        repeat(out, op, distance, length);
        op += length;
        literals = (mask == 0 ? x : v) & 3;
      }
      if (literals > end - ip || literals > limit - op) {
        return DAMAGED;
      }
      System.arraycopy(in, ip, out, op, literals);
      ip += literals;
      op += literals;
      state = Math.min(literals, RUN);
    }
    return DAMAGED;
  }

  /** Writes again what stands so far back; a match may go on into what it writes itself. */
  private static void repeat(byte[] out, int at, int distance, int length) {
    if (distance >= length) {
      System.arraycopy(out, at - distance, out, at, length);
      return;
    }
    for (int i = at; i < at + length; i++) {
      out[i] = out[i - distance];
    }
  }
}

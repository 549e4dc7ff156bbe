package dev.adit.juniper.lzo;

import java.util.Arrays;

/** Any block stays within its room; and what was compressed comes back. */
final class LzoFuzz {
  private static final int ROOM = 2048;
  private static final byte GUARD = 0x5a;

  private LzoFuzz() {}

  public static void fuzzerTestOneInput(byte[] data) {
    byte[] out = new byte[ROOM + 2];
    Arrays.fill(out, GUARD);
    int n = Lzo1x.decompress(data, 0, data.length, out, 1, ROOM);
    if (n < -1 || n > ROOM || out[0] != GUARD || out[ROOM + 1] != GUARD) {
      throw new AssertionError("length " + n + ", or wrote outside of its room");
    }
    byte[] block = new byte[data.length + data.length / 16 + 128];
    int written = new Lzo1xCompressor().compress(data, 0, data.length, block, 0, block.length);
    byte[] back = new byte[data.length];
    if (written > 0
        && (Lzo1x.decompress(block, 0, written, back, 0, back.length) != data.length
            || !Arrays.equals(back, data))) {
      throw new AssertionError("not what was compressed");
    }
  }
}

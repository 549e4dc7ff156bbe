package dev.adit.anyconnect.compress;

import java.util.Arrays;

/**
 * Writes LZS as {@link LzsDecoder} reads it: at each place the longest match there is, the nearest
 * of several. Places are found by a hash of two bytes and chained to earlier ones. A place has a
 * number that never comes again, so that nothing needs to be wiped between packets.
 */
final class LzsEncoder {
  private static final int HASH_BITS = 12;
  private static final int CHAIN = 2048;
  private static final byte[] NOTHING = {};

  /** Places looked at before the best so far is good enough. */
  private static final int PATIENCE = 256;

  private final int[] heads = new int[1 << HASH_BITS];

  /** By place modulo its length: the place before with the same hash. */
  private final int[] earlier = new int[CHAIN];

  /** Number of the packet's first byte; 0 is no place. */
  private int base = 1;

  private byte[] to = NOTHING;
  private int out;
  private int room;
  private int held;
  private int heldBits;
  private boolean full;
  private int matchOffset;

  /** Like {@link PacketCodec#compress}. */
  int encode(byte[] from, int at, int length, byte[] into, int most) {
    if (base > Integer.MAX_VALUE - length - CHAIN) {
      Arrays.fill(heads, 0);
      base = 1;
    }
    to = into;
    out = 0;
    room = most;
    held = 0;
    heldBits = 0;
    full = false;
    int i = 0;
    while (i < length && !full) {
      int match = longestMatch(from, at, i, length);
      if (match < 2) {
        put(from[at + i] & 0xff, 9);
        match = 1;
      } else {
        putMatch(match);
      }
      for (int k = 0; k < match; k++, i++) {
        remember(from, at, i, length);
      }
    }
    put(0x180, 9);
    put(0, -heldBits & 7);
    base += length;
    to = NOTHING;
    return full ? 0 : out;
  }

  private int longestMatch(byte[] from, int at, int i, int length) {
    if (i + 2 > length) {
      return 0;
    }
    int best = 0;
    int place = heads[hash(from, at + i)];
    int oldest = Math.max(base, base + i - Lzs.MAX_OFFSET);
    for (int patience = PATIENCE; place >= oldest && patience > 0; patience--) {
      int candidate = place - base;
      int n = 0;
      while (i + n < length && from[at + candidate + n] == from[at + i + n]) {
        n++;
      }
      if (n > best) {
        best = n;
        matchOffset = i - candidate;
        if (i + n == length) {
          break;
        }
      }
      place = earlier[place & CHAIN - 1];
    }
    return best;
  }

  private void remember(byte[] from, int at, int i, int length) {
    if (i + 2 <= length) {
      int hash = hash(from, at + i);
      earlier[base + i & CHAIN - 1] = heads[hash];
      heads[hash] = base + i;
    }
  }

  private static int hash(byte[] from, int at) {
    int two = (from[at] & 0xff) << 8 | from[at + 1] & 0xff;
    return two * 0x9E3779B1 >>> 32 - HASH_BITS;
  }

  private void putMatch(int length) {
    if (matchOffset <= Lzs.MAX_SHORT_OFFSET) {
      put(0x180 | matchOffset, 9);
    } else {
      put(0x1000 | matchOffset, 13);
    }
    if (length < 5) {
      put(length - 2, 2);
    } else if (length < 8) {
      put(0xc | length - 5, 4);
    } else {
      put(0xf, 4);
      int rest = length - 8;
      for (; rest >= Lzs.LENGTH_STEP; rest -= Lzs.LENGTH_STEP) {
        put(Lzs.LENGTH_STEP, 4);
      }
      put(rest, 4);
    }
  }

  private void put(int bits, int count) {
    held = held << count | bits;
    heldBits += count;
    while (heldBits >= 8) {
      heldBits -= 8;
      if (out == room) {
        full = true;
        return;
      }
      to[out++] = (byte) (held >>> heldBits);
    }
  }
}

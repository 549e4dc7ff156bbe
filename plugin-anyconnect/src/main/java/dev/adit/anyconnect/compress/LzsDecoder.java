package dev.adit.anyconnect.compress;

/**
 * Reads LZS, RFC 1974 §2.3 (ANSI X3.241), most significant bit first:
 *
 * <pre>
 *   0 bbbbbbbb                 a byte
 *   11 ooooooo length          a match 1 to 127 bytes back
 *   10 ooooooooooo length      a match 1 to 2047 bytes back
 *   11 0000000                 the end, then zero bits up to a whole byte
 *
 *   length  2 3 4    00 01 10
 *           5 6 7    1100 1101 1110
 *           8 ...    1111, 1111 for each whole 15 of length - 8, the rest in four bits
 * </pre>
 *
 * <p>What follows the end is not looked at. An offset of 0 in the long form, one from before the
 * first byte, a packet longer than its room, and an end that is missing are damage.
 */
final class LzsDecoder {
  private LzsDecoder() {}

  /** Like {@link PacketCodec#expand}. */
  static int decode(byte[] from, int at, int length, byte[] to, int toAt, int room) {
    long bits = length * 8L;
    long next = 0;
    int out = toAt;
    int end = toAt + room;
    while (next + 9 <= bits) {
      int nine = bits(from, at, next, 9);
      if (nine < 0x100) {
        if (out == end) {
          return PacketCodec.DAMAGED;
        }
        to[out++] = (byte) nine;
        next += 9;
        continue;
      }
      int offset = nine & 0x7f;
      next += 9;
      if (nine < 0x180) {
        if (next + 4 > bits) {
          return PacketCodec.DAMAGED;
        }
        offset = offset << 4 | bits(from, at, next, 4);
        next += 4;
      } else if (offset == 0) {
        return out - toAt;
      }
      if (offset == 0 || offset > out - toAt || next + 2 > bits) {
        return PacketCodec.DAMAGED;
      }
      int count = bits(from, at, next, 2);
      next += 2;
      if (count < 3) {
        count += 2;
      } else {
        if (next + 2 > bits) {
          return PacketCodec.DAMAGED;
        }
        count = 5 + bits(from, at, next, 2);
        next += 2;
        if (count == 8) {
          int four;
          do {
            if (next + 4 > bits) {
              return PacketCodec.DAMAGED;
            }
            four = bits(from, at, next, 4);
            next += 4;
            // At most 30 for each byte read, which an int holds.
            count += four;
          } while (four == Lzs.LENGTH_STEP);
        }
      }
      if (count > end - out) {
        return PacketCodec.DAMAGED;
      }
      // Byte by byte: a match may reach into what it writes.
      for (int i = 0; i < count; i++) {
        to[out] = to[out - offset];
        out++;
      }
    }
    return PacketCodec.DAMAGED;
  }

  /** Up to nine bits, which lie in two bytes at most. */
  private static int bits(byte[] from, int at, long bit, int count) {
    int index = at + (int) (bit >>> 3);
    int skip = (int) (bit & 7);
    int two = (from[index] & 0xff) << 8;
    if (skip + count > 8) {
      two |= from[index + 1] & 0xff;
    }
    return two >>> (16 - skip - count) & (1 << count) - 1;
  }
}

package dev.adit.anyconnect.compress;

import java.util.Arrays;
import java.util.Optional;

/** LZS: the decoder agrees with the slow one on any bytes, and undoes the encoder. */
final class LzsFuzz {
  private static final int ROOM = 512;
  private static final byte GUARD = 0x5a;

  private LzsFuzz() {}

  public static void fuzzerTestOneInput(byte[] data) {
    byte[] to = new byte[ROOM + 2];
    Arrays.fill(to, GUARD);
    int n = LzsDecoder.decode(data, 0, data.length, to, 1, ROOM);
    if (to[0] != GUARD || to[ROOM + 1] != GUARD) {
      throw new AssertionError("wrote outside of its room");
    }
    Optional<byte[]> slow = SlowLzs.expand(data, ROOM);
    byte[] fast = n < 0 ? null : Arrays.copyOfRange(to, 1, 1 + n);
    if (!Arrays.equals(fast, slow.orElse(null))) {
      throw new AssertionError("fast " + n + ", slow " + slow.map(s -> s.length));
    }
    undoes(data);
  }

  private static void undoes(byte[] packet) {
    PacketCodec codec = Encoding.LZS.open();
    byte[] short1 = new byte[packet.length + 64];
    int n = codec.compress(packet, 0, packet.length, short1, short1.length);
    byte[] back = new byte[packet.length];
    if (n > 0
        && (codec.expand(short1, 0, n, back, 0, back.length) != packet.length
            || !Arrays.equals(packet, back))) {
      throw new AssertionError("not the packet that was compressed");
    }
    codec.close();
  }
}

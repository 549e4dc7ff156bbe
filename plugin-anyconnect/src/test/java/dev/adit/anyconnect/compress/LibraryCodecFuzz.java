package dev.adit.anyconnect.compress;

import java.util.Arrays;

/** LZ4 and deflate, which libraries read: any bytes stay within their room and throw nothing. */
final class LibraryCodecFuzz {
  private static final int ROOM = 2048;
  private static final byte GUARD = 0x5a;

  private LibraryCodecFuzz() {}

  public static void fuzzerTestOneInput(byte[] data) {
    if (data.length == 0) {
      return;
    }
    try (PacketCodec lz4 = new Lz4();
        PacketCodec deflate = new Deflate()) {
      expand(lz4, data, 0, data.length);
      // Twice: what the first packet left must not break the second.
      int middle = data.length / 2;
      expand(deflate, data, 0, middle);
      expand(deflate, data, middle, data.length - middle);
      undoes(lz4, data);
    }
    try (PacketCodec ours = new Deflate();
        PacketCodec peer = new Deflate()) {
      undoes(ours, peer, data);
      undoes(ours, peer, data);
    }
  }

  private static void expand(PacketCodec codec, byte[] from, int at, int length) {
    byte[] to = new byte[ROOM + 2];
    Arrays.fill(to, GUARD);
    int n = codec.expand(from, at, length, to, 1, ROOM);
    if (n < PacketCodec.DAMAGED || n > ROOM || to[0] != GUARD || to[ROOM + 1] != GUARD) {
      throw new AssertionError("length " + n + ", or wrote outside of its room");
    }
  }

  private static void undoes(PacketCodec codec, byte[] packet) {
    undoes(codec, codec, packet);
  }

  private static void undoes(PacketCodec ours, PacketCodec peer, byte[] packet) {
    byte[] small = new byte[packet.length + 64];
    int n = ours.compress(packet, 0, packet.length, small, small.length);
    byte[] back = new byte[packet.length];
    if (n > 0
        && (peer.expand(small, 0, n, back, 0, back.length) != packet.length
            || !Arrays.equals(packet, back))) {
      throw new AssertionError("not the packet that was compressed");
    }
  }
}

package org.example.plain;

import dev.adit.api.packet.PacketBatch;

/** Packets behind two bytes of length, most significant first. */
final class Unframer {
  static final int HEADER_BYTES = 2;

  private final byte[] pending = new byte[HEADER_BYTES + 65535];
  private int length;

  /** Takes bytes, appends whole packets; returns how many bytes were taken. */
  int take(byte[] bytes, int offset, int count, PacketBatch packets) {
    int at = offset;
    int end = offset + count;
    while (at < end && !packets.isFull()) {
      pending[length++] = bytes[at++];
      if (length >= HEADER_BYTES) {
        int wanted = HEADER_BYTES + ((pending[0] & 0xff) << 8 | (pending[1] & 0xff));
        int more = Math.min(wanted - length, end - at);
        System.arraycopy(bytes, at, pending, length, more);
        at += more;
        length += more;
        if (length == wanted) {
          packets.append(pending, HEADER_BYTES, wanted - HEADER_BYTES);
          length = 0;
        }
      }
    }
    return at - offset;
  }

  static void frame(PacketBatch packets) {
    for (int i = 0; i < packets.count(); i++) {
      int n = packets.length(i);
      if (n > 0) {
        int at = packets.offset(i) - HEADER_BYTES;
        packets.array()[at] = (byte) (n >> 8);
        packets.array()[at + 1] = (byte) n;
        packets.reframe(i, at, n + HEADER_BYTES);
      }
    }
  }
}

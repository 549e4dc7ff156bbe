package dev.adit.core.sys;

import dev.adit.api.packet.PacketBatch;
import java.nio.ByteBuffer;
import jnr.ffi.Pointer;

/**
 * Native memory for {@code sendmmsg} on a UDP socket, where a message may be many datagrams that
 * the kernel, or the hardware, takes apart: udp(7) {@code UDP_SEGMENT}.
 *
 * <pre>
 *   message i:   mmsghdr (see {@link MessageSlab}) → one iovec → | datagram | datagram | ... | last |
 *                                                  → cmsg, 24 bytes: len 8 | level 4 | type 4 | size 2
 * </pre>
 *
 * <p>All datagrams of a message are of one size, but for the last, which may be shorter.
 */
final class OutgoingSlab {
  /** The longest datagram taken. */
  static final int MOST_DATAGRAM = 2048;

  private static final int MESSAGES = 64;
  private static final int DATA_BYTES = 256 << 10;

  /** {@code UDP_MAX_SEGMENTS} of the kernels that have fewest. */
  private static final int MOST_JOINED = 64;

  /** What an IP packet holds beside the headers of IPv6 and UDP. */
  private static final int MOST_JOINED_BYTES = 65535 - 48;

  private static final int HEADER = 64;
  private static final int NAME_LENGTH = 8;
  private static final int IOV = 16;
  private static final int CONTROL = 32;
  private static final int CONTROL_LENGTH = 40;
  private static final int IOVEC = 16;
  private static final int CMSG = 24;
  private static final int CMSG_LEN = 18;
  private static final int SOL_UDP = 17;
  static final int UDP_SEGMENT = 103;

  private final ByteBuffer headers = LibC.buffer(MESSAGES * HEADER);
  private final ByteBuffer iovecs = LibC.buffer(MESSAGES * IOVEC);
  private final ByteBuffer controls = LibC.buffer(MESSAGES * CMSG);
  private final ByteBuffer data = LibC.buffer(DATA_BYTES);
  private final Pointer headerMemory = LibC.pointer(headers);
  private final long dataAddress = LibC.pointer(data).address();
  private final int[] first = new int[MESSAGES];
  private final int[] end = new int[MESSAGES];
  private int messages;
  private int used;
  private int lastStart;
  private int lastSize;
  private int lastCount;
  private boolean lastClosed;

  OutgoingSlab() {
    long iovecMemory = LibC.pointer(iovecs).address();
    long controlMemory = LibC.pointer(controls).address();
    for (int i = 0; i < MESSAGES; i++) {
      headers.putLong(i * HEADER + IOV, iovecMemory + (long) i * IOVEC);
      headers.putLong(i * HEADER + IOV + 8, 1);
      headers.putLong(i * HEADER + CONTROL, controlMemory + (long) i * CMSG);
      controls.putLong(i * CMSG, CMSG_LEN);
      controls.putInt(i * CMSG + 8, SOL_UDP);
      controls.putInt(i * CMSG + 12, UDP_SEGMENT);
    }
  }

  Pointer headers() {
    return headerMemory;
  }

  int messages() {
    return messages;
  }

  /** Index in the batch of the first datagram of a message. */
  int first(int message) {
    return first[message];
  }

  /** One past the index in the batch of the last datagram of a message. */
  int end(int message) {
    return end[message];
  }

  boolean isJoined(int message) {
    return headers.getLong(message * HEADER + CONTROL_LENGTH) != 0;
  }

  /** All messages go to the address that is there, in the form of the kernel. */
  void to(Pointer name, int nameBytes) {
    for (int i = 0; i < MESSAGES; i++) {
      headers.putLong(i * HEADER, name.address());
      headers.putInt(i * HEADER + NAME_LENGTH, nameBytes);
    }
  }

  void clear() {
    messages = 0;
    used = 0;
    lastClosed = true;
  }

  /**
   * Takes a datagram of a batch, which is not longer than {@link #MOST_DATAGRAM}.
   *
   * @param joining whether it may become part of the last message
   * @return false if there is no room
   */
  boolean put(PacketBatch batch, int index, boolean joining) {
    int length = batch.length(index);
    if (used + length > DATA_BYTES) {
      return false;
    }
    if (joining
        && !lastClosed
        && length <= lastSize
        && lastCount < MOST_JOINED
        && used + length - lastStart <= MOST_JOINED_BYTES) {
      lastCount++;
    } else if (messages < MESSAGES) {
      begin(index, length);
    } else {
      return false;
    }
    data.put(used, batch.array(), batch.offset(index), length);
    used += length;
    int message = messages - 1;
    end[message] = index + 1;
    lastClosed = length < lastSize;
    iovecs.putLong(message * IOVEC + 8, used - lastStart);
    headers.putLong(message * HEADER + CONTROL_LENGTH, lastCount > 1 ? CMSG : 0);
    return true;
  }

  private void begin(int index, int length) {
    lastStart = used;
    lastSize = length;
    lastCount = 1;
    first[messages] = index;
    iovecs.putLong(messages * IOVEC, dataAddress + used);
    controls.putShort(messages * CMSG + 16, (short) length);
    messages++;
  }
}

package dev.adit.core.sys;

import dev.adit.api.packet.PacketBatch;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import jnr.ffi.Pointer;

/**
 * Native memory for {@code recvmmsg}: an array of {@code mmsghdr}, one {@code iovec}, address and
 * buffer for each.
 *
 * <pre>
 *   mmsghdr, 64 bytes: name 8 | namelen 4, pad 4 | iov 8 | iovlen 8 | control 8 | controllen 8
 *                      | flags 4, pad 4 | len 4, pad 4
 * </pre>
 */
final class MessageSlab {
  static final int MESSAGES = 64;
  private static final int HEADER = 64;
  private static final int NAME_LENGTH = 8;
  private static final int IOV = 16;
  private static final int LENGTH = 56;
  private static final int IOVEC = 16;

  private final int bufferBytes;
  private final Pointer headers = LibC.allocate(MESSAGES * HEADER);
  private final Pointer iovecs = LibC.allocate(MESSAGES * IOVEC);
  private final Pointer names = LibC.allocate(MESSAGES * SocketAddress.MAX_BYTES);
  private final ByteBuffer buffers;

  MessageSlab(int bufferBytes, boolean named) {
    this.bufferBytes = bufferBytes;
    this.buffers = LibC.buffer(MESSAGES * bufferBytes);
    long memory = LibC.pointer(buffers).address();
    for (int i = 0; i < MESSAGES; i++) {
      if (named) {
        headers.putAddress((long) i * HEADER, names.address() + (long) i * SocketAddress.MAX_BYTES);
      }
      headers.putAddress((long) i * HEADER + IOV, iovecs.address() + (long) i * IOVEC);
      headers.putLong((long) i * HEADER + IOV + 8, 1);
      iovecs.putAddress((long) i * IOVEC, memory + (long) i * bufferBytes);
      iovecs.putLong((long) i * IOVEC + 8, bufferBytes);
    }
    makeRoomForNames(MESSAGES);
  }

  Pointer headers() {
    return headers;
  }

  /** Makes room again for the names of the first messages, which the kernel has written to. */
  void makeRoomForNames(int count) {
    for (int i = 0; i < count; i++) {
      headers.putInt((long) i * HEADER + NAME_LENGTH, SocketAddress.MAX_BYTES);
    }
  }

  int receivedLength(int i) {
    return headers.getInt((long) i * HEADER + LENGTH);
  }

  InetSocketAddress sender(int i) {
    return SocketAddress.read(names, (long) i * SocketAddress.MAX_BYTES);
  }

  /** Copies a received message into the batch; one that is too long for it is cut off whole. */
  void copyTo(PacketBatch into, int i) {
    int length = receivedLength(i);
    if (length > into.maxLength()) {
      length = 0;
    }
    buffers.get(i * bufferBytes, into.array(), into.nextOffset(), length);
    into.commit(length);
  }
}

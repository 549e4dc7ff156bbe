package dev.adit.core.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Writes one message, netlink(7): header, then fields and attributes, each padded to four bytes. In
 * the machine's byte order; what is in network order comes as bytes.
 */
public final class NetlinkWriter {
  private static final int HEADER_BYTES = 16;

  private ByteBuffer out = ByteBuffer.allocate(256).order(ByteOrder.nativeOrder());

  /**
   * Begins a message.
   *
   * @param type of the message
   * @param flags {@code NLM_F_...}; the socket adds what it needs
   */
  public NetlinkWriter(int type, int flags) {
    out.putInt(0).putShort((short) type).putShort((short) (flags | NetlinkFlags.REQUEST));
    out.putInt(0).putInt(0);
  }

  public NetlinkWriter u8(int value) {
    room(1).put((byte) value);
    return this;
  }

  public NetlinkWriter u16(int value) {
    room(2).putShort((short) value);
    return this;
  }

  public NetlinkWriter u32(int value) {
    room(4).putInt(value);
    return this;
  }

  /** An attribute with a value that is in network order already. */
  public NetlinkWriter attribute(int type, byte[] value) {
    room(4 + value.length + 3);
    out.putShort((short) (4 + value.length)).putShort((short) type).put(value);
    while (out.position() % 4 != 0) {
      out.put((byte) 0);
    }
    return this;
  }

  public NetlinkWriter attribute(int type, int value) {
    return attribute(
        type, ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(value).array());
  }

  /** The message, its length filled in. */
  public byte[] message() {
    out.putInt(0, out.position());
    return Arrays.copyOf(out.array(), Math.max(out.position(), HEADER_BYTES));
  }

  private ByteBuffer room(int bytes) {
    if (out.remaining() < bytes) {
      ByteBuffer larger =
          ByteBuffer.allocate(2 * out.capacity() + bytes).order(ByteOrder.nativeOrder());
      out.flip();
      out = larger.put(out);
    }
    return out;
  }
}

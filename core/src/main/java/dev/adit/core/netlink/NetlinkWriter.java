package dev.adit.core.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;

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

  /** An attribute that is a number of one byte. */
  public NetlinkWriter attribute8(int type, int value) {
    return attribute(type, new byte[] {(byte) value});
  }

  /** An attribute that is text, with its final zero. */
  public NetlinkWriter attribute(int type, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    return attribute(type, Arrays.copyOf(bytes, bytes.length + 1));
  }

  /** An attribute that is made of fields, or of attributes, as {@code content} writes them. */
  public NetlinkWriter nested(int type, Consumer<NetlinkWriter> content) {
    room(4);
    int start = out.position();
    out.putShort((short) 0).putShort((short) type);
    content.accept(this);
    out.putShort(start, (short) (out.position() - start));
    return zeros(-out.position() & 3);
  }

  /** Bytes as they are: part of a field. */
  public NetlinkWriter bytes(byte[] value) {
    room(value.length).put(value);
    return this;
  }

  /** So many bytes of value 0: fields that are not used, padding of a structure. */
  public NetlinkWriter zeros(int count) {
    for (int i = 0; i < count; i++) {
      u8(0);
    }
    return this;
  }

  /** In network order. */
  public NetlinkWriter be16(int value) {
    return u8(value >> 8).u8(value);
  }

  /** In network order. */
  public NetlinkWriter be32(int value) {
    return be16(value >> 16).be16(value);
  }

  public NetlinkWriter u64(long value) {
    room(8).putLong(value);
    return this;
  }

  /** The message, its length filled in; what was written here is forgotten, for it may be a key. */
  public byte[] secretMessage() {
    byte[] message = message();
    Arrays.fill(out.array(), (byte) 0);
    return message;
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
      larger.put(out);
      Arrays.fill(out.array(), (byte) 0);
      out = larger;
    }
    return out;
  }
}

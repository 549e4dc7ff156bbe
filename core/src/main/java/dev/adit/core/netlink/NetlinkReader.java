package dev.adit.core.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;

/** Reads one message that the kernel sent; what does not fit is as if it were not there. */
public final class NetlinkReader {
  private static final int HEADER_BYTES = 16;
  private static final int TYPE_MASK = 0x3fff;

  private final ByteBuffer in;

  public NetlinkReader(byte[] message) {
    in = ByteBuffer.wrap(message).order(ByteOrder.nativeOrder());
  }

  public int type() {
    return in.getShort(4) & 0xffff;
  }

  /** Unsigned byte at an offset behind the header. */
  public int u8(int offset) {
    return in.get(HEADER_BYTES + offset) & 0xff;
  }

  public int u32(int offset) {
    return in.getInt(HEADER_BYTES + offset);
  }

  public int u16(int offset) {
    return in.getShort(HEADER_BYTES + offset) & 0xffff;
  }

  /** Unsigned, in network order. */
  public int be32(int offset) {
    return ByteBuffer.wrap(in.array()).getInt(HEADER_BYTES + offset);
  }

  public byte[] bytes(int offset, int length) {
    return Arrays.copyOfRange(in.array(), HEADER_BYTES + offset, HEADER_BYTES + offset + length);
  }

  /** Bytes behind the header, attributes included. */
  public int payloadLength() {
    return in.capacity() - HEADER_BYTES;
  }

  /**
   * Value of an attribute.
   *
   * @param fixed bytes of the fields in front of the attributes
   */
  public Optional<byte[]> attribute(int fixed, int wanted) {
    int at = HEADER_BYTES + ((fixed + 3) & ~3);
    while (at + 4 <= in.capacity()) {
      int length = in.getShort(at) & 0xffff;
      if (length < 4 || at + length > in.capacity()) {
        return Optional.empty();
      }
      if ((in.getShort(at + 2) & TYPE_MASK) == wanted) {
        return Optional.of(Arrays.copyOfRange(in.array(), at + 4, at + length));
      }
      at += (length + 3) & ~3;
    }
    return Optional.empty();
  }

  public OptionalInt number(int fixed, int wanted) {
    Optional<byte[]> value = attribute(fixed, wanted);
    return value.isPresent() && value.get().length == 4
        ? OptionalInt.of(ByteBuffer.wrap(value.get()).order(ByteOrder.nativeOrder()).getInt())
        : OptionalInt.empty();
  }
}

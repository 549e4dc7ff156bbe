package dev.adit.juniper.oncp;

import dev.adit.api.error.PeerViolationException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Groups of attributes: {@code id (2) length (4) attributes}, each attribute {@code id (2) length
 * (4) value}; big-endian, lengths without their own six bytes. Order is free, unknown ones are
 * kept.
 */
public final class Groups {
  public static final int HEADER_BYTES = 6;

  /** One value, and where it stood. */
  @SuppressWarnings("ArrayRecordComponent") // owned, and compared below
  public record Attribute(int group, int id, byte[] value) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Attribute a
          && a.group == group
          && a.id == id
          && Arrays.equals(a.value, value);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(value) + 31 * (id + 31 * group);
    }

    /** Without the value, which may be a key. */
    @Override
    public String toString() {
      return group + "/" + id + " (" + value.length + " bytes)";
    }
  }

  private Groups() {}

  /** All attributes, in order. */
  public static List<Attribute> read(byte[] bytes, int offset, int length)
      throws PeerViolationException {
    List<Attribute> all = new ArrayList<>();
    ByteBuffer groups = ByteBuffer.wrap(bytes, offset, length);
    while (groups.hasRemaining()) {
      int group = header(groups, "group");
      int size = size(groups, "group " + group);
      int end = groups.position() + size;
      while (groups.position() < end) {
        ByteBuffer inner = groups.duplicate().limit(end);
        int id = header(inner, "attribute in group " + group);
        int bytesOfValue = size(inner, "attribute " + group + "/" + id);
        byte[] value = new byte[bytesOfValue];
        inner.get(value);
        all.add(new Attribute(group, id, value));
        groups.position(inner.position());
      }
    }
    return all;
  }

  /**
   * All values of one attribute, in order.
   *
   * @param bytes that each of them must have
   */
  public static List<byte[]> all(List<Attribute> attributes, int group, int id, int bytes)
      throws PeerViolationException {
    List<byte[]> values = new ArrayList<>();
    for (Attribute attribute : attributes) {
      if (attribute.group() == group && attribute.id() == id) {
        if (attribute.value().length != bytes) {
          throw new PeerViolationException(
              "attribute " + group + "/" + id,
              bytes + " bytes",
              attribute.value().length + " bytes");
        }
        values.add(attribute.value());
      }
    }
    return values;
  }

  /** The value of an attribute that is there once; the last one if it is not. */
  public static Optional<byte[]> last(List<Attribute> attributes, int group, int id, int bytes)
      throws PeerViolationException {
    List<byte[]> values = all(attributes, group, id, bytes);
    return values.isEmpty() ? Optional.empty() : Optional.of(values.get(values.size() - 1));
  }

  /** One group with its attributes as bytes. */
  public static byte[] group(int id, byte[]... attributes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] attribute : attributes) {
      out.writeBytes(attribute);
    }
    return attribute(id, out.toByteArray());
  }

  public static byte[] attribute(int id, byte[] value) {
    return ByteBuffer.allocate(HEADER_BYTES + value.length)
        .putShort((short) id)
        .putInt(value.length)
        .put(value)
        .array();
  }

  /** A value of four bytes. */
  public static byte[] attribute(int id, int value) {
    return attribute(id, ByteBuffer.allocate(4).putInt(value).array());
  }

  private static int header(ByteBuffer from, String what) throws PeerViolationException {
    if (from.remaining() < HEADER_BYTES) {
      throw new PeerViolationException(
          what, HEADER_BYTES + " bytes of header", from.remaining() + " bytes");
    }
    return from.getShort() & 0xffff;
  }

  private static int size(ByteBuffer from, String what) throws PeerViolationException {
    int size = from.getInt();
    if (size < 0 || size > from.remaining()) {
      throw new PeerViolationException(
          what + ", length", "at most " + from.remaining(), Integer.toUnsignedString(size));
    }
    return size;
  }
}

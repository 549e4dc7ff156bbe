package dev.adit.juniper.oncp;

/**
 * What all messages travel in, both ways: a length in two bytes, least significant first, and so
 * many bytes. Borders of TLS records mean nothing.
 */
public final class OncpRecord {
  public static final int HEADER_BYTES = 2;

  private OncpRecord() {}

  public static void writeLength(byte[] bytes, int at, int length) {
    bytes[at] = (byte) length;
    bytes[at + 1] = (byte) (length >> 8);
  }

  /** Bytes behind the two of the length. */
  public static int length(byte[] bytes, int at) {
    return (bytes[at] & 0xff) | (bytes[at + 1] & 0xff) << 8;
  }

  /** One record with one message in it. */
  public static byte[] message(int type, byte[] payload, boolean fromClient) {
    return of(Kmp.message(type, payload, fromClient));
  }

  /** One record of these parts. */
  public static byte[] of(byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    byte[] record = new byte[HEADER_BYTES + length];
    writeLength(record, 0, length);
    int at = HEADER_BYTES;
    for (byte[] part : parts) {
      System.arraycopy(part, 0, record, at, part.length);
      at += part.length;
    }
    return record;
  }
}

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

  /** One record with one message of groups in it. */
  public static byte[] message(int type, byte[] payload, boolean fromClient) {
    byte[] record = new byte[HEADER_BYTES + Kmp.HEADER_BYTES + payload.length];
    writeLength(record, 0, record.length - HEADER_BYTES);
    Kmp.write(record, HEADER_BYTES, type, payload.length, fromClient);
    System.arraycopy(payload, 0, record, HEADER_BYTES + Kmp.HEADER_BYTES, payload.length);
    return record;
  }
}

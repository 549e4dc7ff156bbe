package dev.adit.anyconnect.dtls;

/**
 * RFC 6347 §4.1, all numbers most significant byte first:
 *
 * <pre>
 *   0      1        3      5                11       13
 *   | type | version | epoch | sequence number | length | body
 * </pre>
 *
 * Epoch and sequence number together are treated as one 64-bit number, as the MAC does.
 */
final class RecordHeader {
  static final int BYTES = 13;
  static final int CHANGE_CIPHER_SPEC = 20;
  static final int ALERT = 21;
  static final int HANDSHAKE = 22;
  static final int APPLICATION_DATA = 23;

  private RecordHeader() {}

  static void write(byte[] to, int at, int type, int version, long epochAndSequence, int length) {
    to[at] = (byte) type;
    Bytes.put16(to, at + 1, version);
    Bytes.put64(to, at + 3, epochAndSequence);
    Bytes.put16(to, at + 11, length);
  }

  static int type(byte[] from, int at) {
    return from[at] & 0xff;
  }

  static int version(byte[] from, int at) {
    return Bytes.get16(from, at + 1);
  }

  static long epochAndSequence(byte[] from, int at) {
    return Bytes.get64(from, at + 3);
  }

  static int epoch(byte[] from, int at) {
    return Bytes.get16(from, at + 3);
  }

  /** Length of the body as written, not yet compared with what is there. */
  static int length(byte[] from, int at) {
    return Bytes.get16(from, at + 11);
  }
}

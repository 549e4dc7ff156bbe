package dev.adit.juniper.oncp;

/**
 * Header of a KMP message, 20 bytes. Observed with openconnect 9.01; numbers are big-endian.
 *
 * <pre>
 *   +0  6 zeros    +6  type    +8  1, in data from some servers 0    +9  3 zeros
 *   +12 0 from the server, 1 from the client    +13 5 zeros    +18 length of the payload
 * </pre>
 *
 * <p>A reader relies on type and length alone.
 */
public final class Kmp {
  public static final int HEADER_BYTES = 20;

  /** IP packets, back to back. */
  public static final int DATA = 300;

  /** Groups: what the server gives us. */
  public static final int CONFIGURATION = 301;

  /** Groups: keys of ESP. */
  public static final int KEYS = 302;

  /** Groups: MTU, ESP on or off. */
  public static final int CONTROL = 303;

  /**
   * Longest payload of {@link #KEYS} and {@link #CONTROL} that is believed, a bound of ours;
   * servers send about a tenth of it. A length that is a lie would make a message of all that
   * follows.
   */
  static final int LONGEST_CONTROL = 2048;

  private static final int FROM_CLIENT = 12;

  private Kmp() {}

  /** Writes a header. */
  public static void write(byte[] bytes, int at, int type, int length, boolean fromClient) {
    for (int i = 0; i < HEADER_BYTES; i++) {
      bytes[at + i] = 0;
    }
    bytes[at + 6] = (byte) (type >> 8);
    bytes[at + 7] = (byte) type;
    bytes[at + 8] = 1;
    bytes[at + FROM_CLIENT] = (byte) (fromClient ? 1 : 0);
    bytes[at + 18] = (byte) (length >> 8);
    bytes[at + 19] = (byte) length;
  }

  /** A whole message. */
  public static byte[] message(int type, byte[] payload, boolean fromClient) {
    byte[] message = new byte[HEADER_BYTES + payload.length];
    write(message, 0, type, payload.length, fromClient);
    System.arraycopy(payload, 0, message, HEADER_BYTES, payload.length);
    return message;
  }

  public static int type(byte[] bytes, int at) {
    return (bytes[at + 6] & 0xff) << 8 | bytes[at + 7] & 0xff;
  }

  /** Bytes of the payload. */
  public static int length(byte[] bytes, int at) {
    return (bytes[at + 18] & 0xff) << 8 | bytes[at + 19] & 0xff;
  }

  /** Whether the header is of the kind that real servers put between parts of another message. */
  static boolean isInterleavedData(byte[] bytes, int at, int recordLength) {
    return type(bytes, at) == DATA
        && bytes[at + 8] == 0
        && length(bytes, at) == recordLength - HEADER_BYTES;
  }
}

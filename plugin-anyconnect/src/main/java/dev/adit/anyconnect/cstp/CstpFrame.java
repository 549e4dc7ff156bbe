package dev.adit.anyconnect.cstp;

/**
 * Layout of a frame; the length is that of the payload alone, most significant byte first:
 *
 * <pre>
 *   0   1   2   3   4        6      7     8
 *   | S | T | F | 1 | length | type | 0 | payload
 * </pre>
 */
public final class CstpFrame {
  public static final int HEADER_BYTES = 8;
  public static final int DATA = 0;
  public static final int DPD_REQUEST = 3;
  public static final int DPD_RESPONSE = 4;
  public static final int DISCONNECT = 5;
  public static final int KEEPALIVE = 7;
  public static final int COMPRESSED = 8;
  public static final int TERMINATE = 9;

  /** First byte of the payload of our DISCONNECT: the session is over. */
  public static final byte LOG_OFF = (byte) 0xb0;

  /** The longest payload that fits into one TLS record. */
  public static final int MAX_PAYLOAD_BYTES = 16384 - HEADER_BYTES;

  private CstpFrame() {}

  /** Writes a header. */
  public static void write(byte[] to, int at, int type, int length) {
    to[at] = 'S';
    to[at + 1] = 'T';
    to[at + 2] = 'F';
    to[at + 3] = 1;
    to[at + 4] = (byte) (length >> 8);
    to[at + 5] = (byte) length;
    to[at + 6] = (byte) type;
    to[at + 7] = 0;
  }

  /** Whether a header begins there. */
  public static boolean isHeader(byte[] from, int at) {
    return from[at] == 'S' && from[at + 1] == 'T' && from[at + 2] == 'F' && from[at + 3] == 1;
  }

  public static int length(byte[] from, int at) {
    return (from[at + 4] & 0xff) << 8 | (from[at + 5] & 0xff);
  }

  public static int type(byte[] from, int at) {
    return from[at + 6] & 0xff;
  }

  /** A whole frame of control. */
  public static byte[] of(int type, byte[] payload) {
    byte[] frame = new byte[HEADER_BYTES + payload.length];
    write(frame, 0, type, payload.length);
    System.arraycopy(payload, 0, frame, HEADER_BYTES, payload.length);
    return frame;
  }
}

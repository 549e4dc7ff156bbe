package dev.adit.anyconnect.dtls;

import java.util.Arrays;

/**
 * A handshake message with its 12-byte header, RFC 6347 §4.2.2:
 *
 * <pre>
 *   0      1        4             6                 9                 12
 *   | type | length | message_seq | fragment_offset | fragment_length | body
 * </pre>
 *
 * Ours are never fragmented: the longest is a ClientHello of about 150 bytes.
 */
final class HandshakeMessage {
  static final int HEADER_BYTES = 12;
  static final int CLIENT_HELLO = 1;
  static final int SERVER_HELLO = 2;
  static final int HELLO_VERIFY_REQUEST = 3;
  static final int NEW_SESSION_TICKET = 4;
  static final int CERTIFICATE = 11;
  static final int SERVER_KEY_EXCHANGE = 12;
  static final int CERTIFICATE_REQUEST = 13;
  static final int SERVER_HELLO_DONE = 14;
  static final int CLIENT_KEY_EXCHANGE = 16;
  static final int FINISHED = 20;

  private final byte[] bytes;

  private HandshakeMessage(byte[] bytes) {
    this.bytes = bytes;
  }

  static HandshakeMessage of(int type, int sequence, byte[] body) {
    byte[] bytes = new byte[HEADER_BYTES + body.length];
    bytes[0] = (byte) type;
    Bytes.put24(bytes, 1, body.length);
    Bytes.put16(bytes, 4, sequence);
    Bytes.put24(bytes, 9, body.length);
    System.arraycopy(body, 0, bytes, HEADER_BYTES, body.length);
    return new HandshakeMessage(bytes);
  }

  int type() {
    return bytes[0] & 0xff;
  }

  int sequence() {
    return Bytes.get16(bytes, 4);
  }

  byte[] body() {
    return Arrays.copyOfRange(bytes, HEADER_BYTES, bytes.length);
  }

  /** Header and body, as if unfragmented. */
  byte[] bytes() {
    return bytes;
  }

  /** What the transcript holds of it. */
  byte[] hashed(Dialect dialect) {
    return dialect.hashesHandshakeHeaders() ? bytes : body();
  }
}

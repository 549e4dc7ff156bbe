package dev.adit.anyconnect.dtls;

/** A ServerHello with a field that nobody offered, for a gateway that misbehaves on request. */
public final class HelloDamage {
  private static final int VERSION_AT = RecordHeader.BYTES + HandshakeMessage.HEADER_BYTES;
  private static final int SESSION_ID_AT = VERSION_AT + 2 + 32;

  private HelloDamage() {}

  /** DTLS 1.0, if the datagram begins with a ServerHello. */
  public static void version(byte[] datagram, int at, int length) {
    if (isServerHello(datagram, at, length)) {
      Bytes.put16(datagram, at + VERSION_AT, 0xfeff);
    }
  }

  /** NULL-SHA, if the datagram begins with a ServerHello. */
  public static void suite(byte[] datagram, int at, int length) {
    if (isServerHello(datagram, at, length)) {
      int id = datagram[at + SESSION_ID_AT] & 0xff;
      Bytes.put16(datagram, at + SESSION_ID_AT + 1 + id, 0x0002);
    }
  }

  private static boolean isServerHello(byte[] datagram, int at, int length) {
    return length > SESSION_ID_AT + 1 + 32 + 2
        && RecordHeader.type(datagram, at) == RecordHeader.HANDSHAKE
        && RecordHeader.epoch(datagram, at) == 0
        && datagram[at + RecordHeader.BYTES] == HandshakeMessage.SERVER_HELLO;
  }
}

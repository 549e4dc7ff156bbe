package dev.adit.anyconnect.dtls;

/** First byte of a record's plaintext in the tunnel. Observed with ocserv 1.1.6. */
final class PacketType {
  /** One IP packet. */
  static final byte DATA = 0;

  /** Asks for a sign of life; any payload. */
  static final byte DPD_REQUEST = 3;

  /** The answer, with the payload of the request where the server is kind. */
  static final byte DPD_RESPONSE = 4;

  /** Ends the session; neither side sends it here, good-byes go by TLS. */
  static final byte DISCONNECT = 5;

  /** Keeps a NAT mapping open; no answer. */
  static final byte KEEPALIVE = 7;

  /** One compressed IP packet. */
  static final byte COMPRESSED = 8;

  private PacketType() {}
}

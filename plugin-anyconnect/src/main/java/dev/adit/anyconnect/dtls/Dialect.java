package dev.adit.anyconnect.dtls;

/**
 * The two languages on the wire.
 *
 * <p>{@link #PRE_RFC} is what Cisco took from a draft before RFC 4347. It differs from DTLS 1.0 in
 * four points: version 01 00 in every header and in the MAC; the Finished hash covers message
 * bodies only, without their 12-byte headers; ChangeCipherSpec is {@code 01} and a 2-byte number,
 * taken from the sequence of handshake messages; messages are never fragmented. Observed with
 * openconnect 9.01 against ocserv 1.1.6, both Finished values recomputed.
 */
enum Dialect {
  DTLS_1_2(0xfefd),
  PRE_RFC(0x0100);

  private final int version;

  Dialect(int version) {
    this.version = version;
  }

  /** Two bytes, most significant first. */
  int version() {
    return version;
  }

  /** Whether ChangeCipherSpec has a number of its own in the sequence of handshake messages. */
  boolean numbersChangeCipherSpec() {
    return this == PRE_RFC;
  }

  /** Whether the transcript holds each message's 12-byte header. */
  boolean hashesHandshakeHeaders() {
    return this == DTLS_1_2;
  }
}

package dev.adit.anyconnect.dtls;

import dev.adit.api.error.PeerViolationException;
import java.util.Arrays;
import java.util.HexFormat;

/** RFC 5246 §7.4.1.3. Extensions are allowed and ignored: none that we offer needs an answer. */
record ServerHello(int version, Bytes32 random, Bytes32 sessionId, int suite) {

  /** Up to 32 bytes with the equality of their contents. */
  record Bytes32(String hex) {
    static Bytes32 of(byte[] bytes, int from, int to) {
      return new Bytes32(HexFormat.of().formatHex(bytes, from, to));
    }

    byte[] bytes() {
      return HexFormat.of().parseHex(hex);
    }
  }

  static ServerHello parse(byte[] body) throws PeerViolationException {
    int idAt = 35;
    if (body.length < idAt) {
      throw new PeerViolationException("ServerHello", "38 bytes or more", body.length + " bytes");
    }
    int idLength = body[34] & 0xff;
    int suiteAt = idAt + idLength;
    if (idLength > 32 || body.length < suiteAt + 3) {
      throw new PeerViolationException("ServerHello session id", "at most 32 bytes", "" + idLength);
    }
    if (body[suiteAt + 2] != 0) {
      throw new PeerViolationException(
          "ServerHello compression", "none", String.valueOf(body[suiteAt + 2]));
    }
    return new ServerHello(
        Bytes.get16(body, 0),
        Bytes32.of(body, 2, 34),
        Bytes32.of(body, idAt, suiteAt),
        Bytes.get16(body, suiteAt));
  }

  /** The cookie of a HelloVerifyRequest, RFC 6347 §4.2.1. */
  static byte[] cookie(byte[] helloVerifyRequest) throws PeerViolationException {
    int length = helloVerifyRequest.length < 3 ? -1 : helloVerifyRequest[2] & 0xff;
    if (length != helloVerifyRequest.length - 3) {
      throw new PeerViolationException(
          "HelloVerifyRequest",
          "a cookie of its stated length",
          helloVerifyRequest.length + " bytes");
    }
    return Arrays.copyOfRange(helloVerifyRequest, 3, helloVerifyRequest.length);
  }
}

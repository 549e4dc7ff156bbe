package dev.adit.anyconnect.dtls;

import dev.adit.anyconnect.dtls.ServerHello.Bytes32;
import dev.adit.api.error.PeerViolationException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** RFC 6347 §4.2.1, as far as a server of ours looks at it. */
public record ClientHello(
    int version, Bytes32 random, Bytes32 sessionId, String cookieHex, List<Integer> suites) {

  static ClientHello parse(byte[] body) throws PeerViolationException {
    try {
      int at = 34;
      int idEnd = at + 1 + (body[at] & 0xff);
      int cookieEnd = idEnd + 1 + (body[idEnd] & 0xff);
      int suitesEnd = cookieEnd + 2 + Bytes.get16(body, cookieEnd);
      if (idEnd - at - 1 > 32 || suitesEnd >= body.length) {
        throw new PeerViolationException("ClientHello", "fields within it", body.length + " bytes");
      }
      List<Integer> suites = new ArrayList<>();
      for (int i = cookieEnd + 2; i + 1 < suitesEnd; i += 2) {
        suites.add(Bytes.get16(body, i));
      }
      return new ClientHello(
          Bytes.get16(body, 0),
          Bytes32.of(body, 2, 34),
          Bytes32.of(body, at + 1, idEnd),
          HexFormat.of().formatHex(body, idEnd + 1, cookieEnd),
          List.copyOf(suites));
    } catch (IndexOutOfBoundsException e) {
      throw new PeerViolationException("ClientHello", "fields within it", body.length + " bytes");
    }
  }

  /**
   * The session id in the first datagram of a client, before there is an association: a handshake
   * record with a whole ClientHello.
   */
  public static Optional<byte[]> sessionIdOf(byte[] datagram, int at, int length) {
    int body = RecordHeader.BYTES + HandshakeMessage.HEADER_BYTES;
    if (length <= body + 35
        || RecordHeader.type(datagram, at) != RecordHeader.HANDSHAKE
        || RecordHeader.epoch(datagram, at) != 0
        || datagram[at + RecordHeader.BYTES] != HandshakeMessage.CLIENT_HELLO) {
      return Optional.empty();
    }
    int id = at + body + 34;
    int idLength = datagram[id] & 0xff;
    return idLength > 32 || body + 35 + idLength > length
        ? Optional.empty()
        : Optional.of(Arrays.copyOfRange(datagram, id + 1, id + 1 + idLength));
  }
}

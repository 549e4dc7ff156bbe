package dev.adit.anyconnect.dtls;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Puts handshake messages back together and in order, RFC 6347 §4.2.3 and §4.2.4: fragments may
 * come twice, overlapping, late and from later messages first.
 */
final class HandshakeInbox {
  /** No message of these handshakes comes near this. */
  static final int MAX_BODY_BYTES = 4096;

  /** How far ahead of the next message one is kept. */
  private static final int MAX_AHEAD = 8;

  private static final class Partial {
    private final int type;
    private final byte[] body;
    private final BitSet missing;

    private Partial(int type, int length) {
      this.type = type;
      this.body = new byte[length];
      this.missing = new BitSet(length);
      this.missing.set(0, length);
    }
  }

  private final Map<Integer, Partial> partials = new HashMap<>();
  private int next;

  /** Takes the fragments in one record; nonsense is skipped. */
  void add(byte[] bytes, int at, int length) {
    int end = at + length;
    while (end - at >= HandshakeMessage.HEADER_BYTES) {
      int total = Bytes.get24(bytes, at + 1);
      int sequence = Bytes.get16(bytes, at + 4);
      int offset = Bytes.get24(bytes, at + 6);
      int fragment = Bytes.get24(bytes, at + 9);
      int body = at + HandshakeMessage.HEADER_BYTES;
      if (total > MAX_BODY_BYTES || offset + fragment > total || fragment > end - body) {
        return;
      }
      if (sequence >= next && sequence < next + MAX_AHEAD) {
        put(bytes[at] & 0xff, sequence, total, offset, bytes, body, fragment);
      }
      at = body + fragment;
    }
  }

  /** The next message in order, if it is whole. */
  Optional<HandshakeMessage> poll() {
    Partial partial = partials.get(next);
    if (partial == null || !partial.missing.isEmpty()) {
      return Optional.empty();
    }
    partials.remove(next);
    return Optional.of(HandshakeMessage.of(partial.type, next++, partial.body));
  }

  /** Passes over a number that something else than a message has used. */
  void skip() {
    next++;
  }

  private void put(int type, int sequence, int total, int offset, byte[] from, int at, int length) {
    Partial partial = partials.get(sequence);
    if (partial == null) {
      partial = new Partial(type, total);
      partials.put(sequence, partial);
    }
    if (partial.type != type || partial.body.length != total) {
      return;
    }
    System.arraycopy(from, at, partial.body, offset, length);
    partial.missing.clear(offset, offset + length);
  }
}

package dev.adit.core.esp;

import dev.adit.api.datagram.EspOffer.ProbeRule;
import java.util.Arrays;
import java.util.HexFormat;

/** A {@link ProbeRule}, read. */
final class ProbeBytes {
  private final byte[] payload;
  private final int nextHeader;

  ProbeBytes(ProbeRule rule) {
    payload = HexFormat.of().parseHex(rule.payload());
    nextHeader = rule.nextHeader();
  }

  /** Whether a payload is the answer; whatever its next header, for peers do not agree on that. */
  boolean isAnswer(byte[] bytes, int length) {
    return Arrays.equals(bytes, 0, length, payload, 0, payload.length);
  }

  /** The next datagram that asks for a sign of life. */
  byte[] seal(EspSealer sealer) {
    byte[] datagram = new byte[EspSealer.HEADROOM + payload.length + EspSealer.TAILROOM];
    System.arraycopy(payload, 0, datagram, EspSealer.HEADROOM, payload.length);
    int length = sealer.seal(datagram, EspSealer.HEADROOM, payload.length, nextHeader);
    return Arrays.copyOf(datagram, length);
  }
}

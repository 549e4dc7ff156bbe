package dev.adit.core.esp;

import dev.adit.api.datagram.SaParameters;
import java.security.GeneralSecurityException;
import java.util.Arrays;

/**
 * An inbound SA: checks ESP packets and decrypts them. Owns the SA's keys. One thread.
 *
 * <p>The order is that of RFC 4303 §3.4: the ICV first, over the packet as it came and in constant
 * time; then its number; only then is anything decrypted. A packet that is not authentic changes
 * nothing.
 */
final class EspOpener implements AutoCloseable {
  /** What became of a packet. */
  enum Verdict {
    /** Payload and next header can be had. */
    GOOD,
    /** Of a length that no ESP packet has. */
    MALFORMED,
    UNAUTHENTIC,
    REPLAYED,
    /** Authentic, but its padding does not count 1, 2, 3 … (RFC 4303 §2.4). */
    BAD_PADDING
  }

  /** Enough for what comes over Ethernet; it grows to the longest packet seen. */
  private static final int FIRST_SIZE = 2048;

  private final SaParameters sa;
  private final CbcChain chain;
  private final IcvMac mac;
  private final AntiReplayWindow window;
  private byte[] payload = new byte[FIRST_SIZE];
  private int payloadLength;
  private int nextHeader;
  private boolean closed;

  /** Takes the SA over. */
  EspOpener(SaParameters sa) throws GeneralSecurityException {
    this.sa = sa;
    this.chain = CbcChain.opening(sa);
    this.mac = new IcvMac(sa);
    this.window = new AntiReplayWindow(sa.replayWindow());
  }

  SaParameters sa() {
    return sa;
  }

  /** The highest number received; -1 if none. */
  long highestNumber() {
    return window.highest();
  }

  /** Numbers up to that one that did not come so far. */
  long missing() {
    return window.missing();
  }

  /** Where its numbers stand. */
  EspNumbers.Received received() {
    return new EspNumbers.Received(sa.spi(), window.highest(), window.seen());
  }

  /** Goes on from where somebody else was. */
  void resume(EspNumbers.Received numbers) {
    window.resume(numbers.highest(), numbers.seen());
  }

  /**
   * Opens a datagram whose SPI is this SA's. It stays as it is; what was in it is found in {@link
   * #payload} until the next one is opened.
   */
  Verdict open(byte[] bytes, int at, int length) {
    int encrypted = length - Wire.CIPHERTEXT - mac.bytes();
    if (closed || encrypted < Wire.BLOCK || encrypted % Wire.BLOCK != 0) {
      return Verdict.MALFORMED;
    }
    if (!mac.matches(bytes, at, length - mac.bytes())) {
      return Verdict.UNAUTHENTIC;
    }
    long number = Integer.toUnsignedLong(Wire.get32(bytes, at + Wire.NUMBER));
    if (!window.accepts(number)) {
      return Verdict.REPLAYED;
    }
    window.mark(number);
    if (payload.length < encrypted) {
      payload = new byte[encrypted];
    }
    chain.decrypt(bytes, at + Wire.CIPHERTEXT, encrypted, payload);
    return unpad(encrypted) ? Verdict.GOOD : Verdict.BAD_PADDING;
  }

  /** The array at whose start the payload of the packet last opened stands. */
  byte[] payload() {
    return payload;
  }

  /** Bytes of that payload. */
  int payloadLength() {
    return payloadLength;
  }

  /** What that payload is: a protocol number. */
  int nextHeader() {
    return nextHeader;
  }

  /** Wipes the keys; from then on nothing is opened. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      chain.close();
      mac.close();
      Arrays.fill(payload, (byte) 0);
      sa.close();
    }
  }

  /** There is no secret to keep by constant time: the sender of these bytes has our keys. */
  private boolean unpad(int length) {
    int padding = payload[length - 2] & 0xff;
    nextHeader = payload[length - 1] & 0xff;
    payloadLength = length - Wire.TRAILER - padding;
    if (payloadLength < 0) {
      return false;
    }
    for (int i = 0; i < padding; i++) {
      if (payload[payloadLength + i] != (byte) (i + 1)) {
        return false;
      }
    }
    return true;
  }
}

package dev.adit.core.esp;

import dev.adit.api.datagram.EspOffer.Inner;
import dev.adit.api.datagram.SaParameters;
import dev.adit.api.packet.PacketBatch;
import java.security.GeneralSecurityException;
import org.jspecify.annotations.Nullable;

/**
 * The outbound SA: turns packets into ESP packets, in place. Owns the SA's keys. One thread.
 *
 * <pre>
 *             at - 56                at - 32   at
 *   before:   | free                           | packet ............ | free                  |
 *   after:    | SPI | number | IV    | ciphertext ............ | ICV |
 * </pre>
 */
final class EspSealer implements AutoCloseable {
  /** Bytes in front of a packet: the header, and the step by which the packet moves forward. */
  static final int HEADROOM = Wire.CIPHERTEXT + CbcChain.SHIFT;

  /** Most bytes behind a packet while it is padded; the ICV comes to stand before that. */
  static final int TAILROOM = Wire.BLOCK - 1 + Wire.TRAILER;

  /** There is no 33rd bit, and a number is never used twice: RFC 4303 §3.3.3. */
  static final long LAST_NUMBER = 0xffff_ffffL;

  /** From here on new keys are asked for: at a million packets a second, a quarter hour ahead. */
  static final long REKEY_FROM = 0xc000_0000L;

  private final SaParameters sa;
  private final CbcChain chain;
  private final IcvMac mac;
  private final IvSource ivs;
  private final Inner inner;
  private final @Nullable Shrinker shrinker;
  private long nextNumber;
  private boolean rekeyTold;
  private boolean closed;
  private long oversized;
  private long notIp;

  /** Carries IPv4 and IPv6, as they are. */
  EspSealer(SaParameters sa, IvSource ivs) throws GeneralSecurityException {
    this(sa, Inner.IPV4_AND_IPV6, null, ivs);
  }

  /**
   * Takes the SA and the source of IVs over.
   *
   * @param shrinker compresses packets first; null if they are sent as they are
   */
  EspSealer(SaParameters sa, Inner inner, @Nullable Shrinker shrinker, IvSource ivs)
      throws GeneralSecurityException {
    this.sa = sa;
    this.inner = inner;
    this.shrinker = shrinker;
    this.ivs = ivs;
    this.chain = CbcChain.sealing(sa);
    this.mac = new IcvMac(sa);
    this.nextNumber = Integer.toUnsignedLong(sa.firstSequence());
  }

  SaParameters sa() {
    return sa;
  }

  /** The number that the next packet gets; one beyond {@link #LAST_NUMBER} when all are used. */
  long nextNumber() {
    return nextNumber;
  }

  /** Leaves numbers out, for a kernel that has used them or for a test. Never goes back. */
  void skipTo(long number) {
    if (number < nextNumber || number > LAST_NUMBER + 1) {
      throw new IllegalArgumentException("from number " + nextNumber + " to " + number);
    }
    nextNumber = number;
  }

  /** Whether there is no number left, or no key. */
  boolean isExhausted() {
    return closed || nextNumber > LAST_NUMBER;
  }

  /** Whether new keys are due; true once. */
  boolean takeRekeyDue() {
    if (rekeyTold || nextNumber < REKEY_FROM) {
      return false;
    }
    rekeyTold = true;
    return true;
  }

  /** Packets that did not fit into their slots. */
  long oversized() {
    return oversized;
  }

  /** Packets that were of no family that is carried. */
  long notIp() {
    return notIp;
  }

  /** Bytes of the datagram that a payload becomes. */
  int sealedLength(int payloadLength) {
    return Wire.CIPHERTEXT
        + payloadLength
        + Wire.padding(payloadLength)
        + Wire.TRAILER
        + mac.bytes();
  }

  /** Seals each IP packet; one that cannot be sent gets length 0. */
  void seal(PacketBatch packets) {
    byte[] bytes = packets.array();
    for (int i = 0; i < packets.count(); i++) {
      int length = packets.length(i);
      if (length == 0) {
        continue;
      }
      int at = packets.offset(i);
      int nextHeader = InnerPacket.nextHeader(bytes, at);
      if (nextHeader < 0 || nextHeader == Wire.NEXT_IPV6 && inner == Inner.IPV4) {
        notIp++;
        packets.drop(i);
      } else if (at - HEADROOM < packets.slotStart(i)
          || at + length + TAILROOM > packets.slotEnd(i)) {
        oversized++;
        packets.drop(i);
      } else if (isExhausted()) {
        packets.drop(i);
      } else {
        Shrinker first = shrinker;
        int shorter = first == null ? 0 : first.shrink(bytes, at, length);
        int sealed =
            first != null && shorter > 0
                ? seal(bytes, at, shorter, first.nextHeader())
                : seal(bytes, at, length, nextHeader);
        packets.reframe(i, at - HEADROOM, sealed);
      }
    }
  }

  /**
   * Seals one payload, with {@link #HEADROOM} bytes free in front and {@link #TAILROOM} behind.
   *
   * @return length of the datagram, which begins at {@code at - HEADROOM}
   * @throws IllegalStateException if {@link #isExhausted}
   */
  int seal(byte[] bytes, int at, int length, int nextHeader) {
    if (isExhausted()) {
      throw new IllegalStateException(closed ? "SA is closed" : "sequence numbers used up");
    }
    int padding = Wire.padding(length);
    int trailer = at + length + padding;
    for (int i = 1; i <= padding; i++) {
      bytes[at + length + i - 1] = (byte) i;
    }
    bytes[trailer] = (byte) padding;
    bytes[trailer + 1] = (byte) nextHeader;
    int start = at - HEADROOM;
    Wire.put32(bytes, start + Wire.SPI, sa.spi());
    Wire.put32(bytes, start + Wire.NUMBER, (int) nextNumber++);
    ivs.next(bytes, start + Wire.IV);
    int encrypted = length + padding + Wire.TRAILER;
    chain.encrypt(bytes, at, encrypted, start + Wire.IV);
    mac.append(bytes, start, Wire.CIPHERTEXT + encrypted);
    return Wire.CIPHERTEXT + encrypted + mac.bytes();
  }

  /** Wipes the keys; from then on nothing can be sealed. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      chain.close();
      mac.close();
      ivs.close();
      sa.close();
    }
  }
}

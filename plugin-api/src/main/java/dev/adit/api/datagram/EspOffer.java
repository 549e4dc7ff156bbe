package dev.adit.api.datagram;

import java.time.Duration;
import java.util.Optional;

/**
 * ESP in UDP (RFC 3948) with manual keys, performed by core in userspace or by the kernel. The SAs
 * own their keys; core closes them when it replaces or drops the offer.
 *
 * @param outbound what we send with
 * @param inbound what we receive with
 * @param probe how to ask for a sign of life
 * @param fallback silence after which the peer itself leaves UDP; zero if it never does
 * @param compression how packets may be shortened, one by one
 * @param inner what may be carried; other packets are dropped and counted
 */
public record EspOffer(
    String description,
    int port,
    SaParameters outbound,
    SaParameters inbound,
    ProbeRule probe,
    Duration fallback,
    Optional<Compression> compression,
    Inner inner)
    implements DatagramOffer {

  /** Carries IPv4 and IPv6. */
  public EspOffer(
      String description,
      int port,
      SaParameters outbound,
      SaParameters inbound,
      ProbeRule probe,
      Duration fallback,
      Optional<Compression> compression) {
    this(description, port, outbound, inbound, probe, fallback, compression, Inner.IPV4_AND_IPV6);
  }

  /** Carries IPv4 and IPv6, without compression. */
  public EspOffer(
      String description,
      int port,
      SaParameters outbound,
      SaParameters inbound,
      ProbeRule probe,
      Duration fallback) {
    this(description, port, outbound, inbound, probe, fallback, Optional.empty());
  }

  /** Families that the peer takes out of ESP. */
  public enum Inner {
    IPV4,
    IPV4_AND_IPV6
  }

  /**
   * A probe is an ESP packet that carries these bytes; the answer is the same the other way.
   *
   * @param payload in hexadecimal, 1 to 1024 bytes, usually {@code 00}
   * @param nextHeader protocol number in the trailer
   */
  public record ProbeRule(String payload, int nextHeader) {
    public ProbeRule {
      if (!payload.matches("([0-9a-fA-F]{2}){1,1024}") || nextHeader < 0 || nextHeader > 255) {
        throw new IllegalArgumentException("probe \"" + payload + "\" as " + nextHeader);
      }
    }
  }

  /**
   * Packets that are compressed one by one.
   *
   * @param nextHeader protocol number that says so in the trailer; none of 4, 41 and 59
   * @param maxPacketBytes the longest IP packet that may come out; a longer one is dropped
   * @param decompressor what undoes it; stateless between packets
   * @param compressor what shortens packets that we send; empty to send all as they are, which
   *     every peer must take
   */
  public record Compression(
      int nextHeader,
      int maxPacketBytes,
      Decompressor decompressor,
      Optional<Compressor> compressor) {
    /** For packets that we receive alone. */
    public Compression(int nextHeader, int maxPacketBytes, Decompressor decompressor) {
      this(nextHeader, maxPacketBytes, decompressor, Optional.empty());
    }

    public Compression {
      boolean taken = nextHeader == 4 || nextHeader == 41 || nextHeader == 59;
      if (nextHeader < 0 || nextHeader > 255 || taken || maxPacketBytes < 1) {
        throw new IllegalArgumentException(
            "next header " + nextHeader + ", at most " + maxPacketBytes + " bytes");
      }
    }
  }

  /** Undoes the compression of one packet. Called by the thread that opens packets. */
  @FunctionalInterface
  public interface Decompressor {
    /**
     * Decompresses one whole block from {@code in} to {@code out}; keeps no reference to either,
     * does not change {@code in}, and writes nothing outside of {@code outMax} bytes.
     *
     * @return bytes written, at most {@code outMax}; -1 if the block is damaged, is not used up
     *     exactly, or would not fit
     */
    int decompress(byte[] in, int off, int len, byte[] out, int outOff, int outMax);
  }

  /** Compresses one packet. Called by the thread that seals packets. */
  @FunctionalInterface
  public interface Compressor {
    /**
     * Compresses from {@code in} to {@code out}; keeps no reference to either, does not change
     * {@code in}, and writes nothing outside of {@code outMax} bytes.
     *
     * @return bytes written, at most {@code outMax}; -1 if it takes more than those
     */
    int compress(byte[] in, int off, int len, byte[] out, int outOff, int outMax);
  }
}

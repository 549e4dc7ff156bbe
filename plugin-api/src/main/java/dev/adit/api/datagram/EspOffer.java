package dev.adit.api.datagram;

import java.time.Duration;

/**
 * ESP in UDP (RFC 3948) with manual keys, performed by core in userspace or by the kernel. The SAs
 * own their keys; core closes them when it replaces or drops the offer.
 *
 * @param outbound what we send with
 * @param inbound what we receive with
 * @param probe how to ask for a sign of life
 * @param fallback silence after which the peer itself leaves UDP
 */
public record EspOffer(
    String description,
    int port,
    SaParameters outbound,
    SaParameters inbound,
    ProbeRule probe,
    Duration fallback)
    implements DatagramOffer {

  /**
   * A probe is an ESP packet that carries these bytes; the answer is the same the other way.
   *
   * @param payload in hexadecimal, usually {@code 00}
   * @param nextHeader protocol number in the trailer
   */
  public record ProbeRule(String payload, int nextHeader) {}
}

package dev.adit.api.datagram;

/** A UDP carrier that the peer agreed to; core decides whether and when to use it. */
public sealed interface DatagramOffer permits CustomOffer, EspOffer {
  /** For the user: {@code DTLS 1.2 (PSK-NEGOTIATE)}. */
  String description();

  /** UDP port at the address that the TLS connection goes to. */
  int port();
}

package dev.adit.api.datagram;

/** What happened on a UDP association. */
public sealed interface DatagramEvent {
  /**
   * Packets may be sealed.
   *
   * @param detail version and suite, for the user
   */
  record Ready(String detail) implements DatagramEvent {}

  /** A probe came back; {@code packetBytes} as it was asked for. */
  record ProbeAnswered(int packetBytes) implements DatagramEvent {}

  /** Silence for as long as the protocol allows. */
  record PeerSilent(String detail) implements DatagramEvent {}

  /** Time for new keys: core opens a second engine on a new socket and moves over. */
  record RekeyDue() implements DatagramEvent {}

  /**
   * This engine is of no further use.
   *
   * @param reason for the user
   * @param retry whether another try makes sense
   */
  record Failed(String reason, Retry retry) implements DatagramEvent {}

  /** Whether another try makes sense. */
  enum Retry {
    LATER,
    NEVER
  }
}

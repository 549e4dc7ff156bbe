package dev.adit.core.transport;

/** What is true of the carriers. */
public enum State {
  /** No tunnel yet. */
  CONNECTING,
  /** Packets go by TLS; UDP is not there, or its next attempt is due later. */
  ON_TLS,
  /** Packets go by TLS; a UDP association is being made. */
  PROBING_UDP,
  /** Packets go by TLS; UDP works, and the server is being told to use it. */
  ENABLING_UDP,
  /** Packets go by UDP, sealed by this process; TLS is there for control. */
  ON_UDP,
  /** Packets go by UDP, sealed by the kernel; this process watches over them. */
  ON_KERNEL,
  /** Packets go by TLS; a UDP association fell silent and is asked from time to time. */
  UDP_QUIET,
  /** The TLS connection is lost and being made anew; packets wait. */
  RECONNECTING,
  /** It is over. */
  CLOSED;

  /** Whether packets can move. */
  public boolean carriesPackets() {
    return this != CONNECTING && this != RECONNECTING && this != CLOSED;
  }
}

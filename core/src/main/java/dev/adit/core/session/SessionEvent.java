package dev.adit.core.session;

import dev.adit.api.error.VpnException;
import dev.adit.api.tunnel.TunnelConfig;
import java.net.InetSocketAddress;
import java.time.Duration;

/** What a session tells its listener, on the event loop. */
public sealed interface SessionEvent {
  /** A connection is being made. */
  record Connecting(String host, int port) implements SessionEvent {}

  /** Packets flow, for the first time or again. */
  record Connected(
      String device, InetSocketAddress gateway, TunnelConfig config, String tls, String cipher)
      implements SessionEvent {}

  /**
   * Another carrier moves the packets, or the same for another reason.
   *
   * @param carrier in words
   */
  record CarrierChanged(Carrier kind, String carrier, String reason) implements SessionEvent {}

  /** Packets stay on TLS, for this reason; it was another before, or none. */
  record NoUdp(String reason) implements SessionEvent {}

  /** The connection is lost and will be made anew. */
  record Reconnecting(String reason, int attempt, Duration delay) implements SessionEvent {}

  /** The server no longer takes the session; another is being asked for. */
  record LoggingInAgain(String reason) implements SessionEvent {}

  /** The server is going to end the session unless something happens. */
  record Expiring(Limit limit, Duration left) implements SessionEvent {
    /** What runs out. */
    public enum Limit {
      /** Its time. */
      SESSION,
      /** The time that nothing may pass for. */
      IDLE
    }
  }

  /** The server gave other addresses, routes or name servers than before. */
  record Reconfigured(TunnelConfig before, TunnelConfig after) implements SessionEvent {}

  /** Longer packets do not get through, or they do again. */
  record MtuChanged(TunnelConfig before, TunnelConfig after) implements SessionEvent {
    /** Whether there is no IPv6 any more, for which the MTU is too small. */
    public boolean losesIpv6() {
      return before.ipv6().isPresent() && after.ipv6().isEmpty();
    }
  }

  /** New keys are in use. */
  record Rekeyed(String what) implements SessionEvent {}

  /** Text of the server. */
  record ServerMessage(String text) implements SessionEvent {}

  /** It is over; the last event. */
  record Disconnected(String reason, VpnException.Kind kind, boolean clean)
      implements SessionEvent {
    static final String LOGGED_OFF = "logged off";

    /** Whether we ended it, and not only for a while: the server is to forget it. */
    public boolean loggedOff() {
      return clean && reason.equals(LOGGED_OFF);
    }
  }
}

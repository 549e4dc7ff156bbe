package dev.adit.core.session;

import dev.adit.api.tunnel.TunnelConfig;
import dev.adit.core.transport.State;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A session at one moment.
 *
 * @param gateway empty before the first connection
 * @param carrier what moves packets, in words
 * @param carrierSince since when
 * @param whyNotBetter why no better carrier does, empty if there is none
 * @param udpMtu longest packet that UDP carries on this path; empty without UDP. By TLS it is the
 *     configuration's, or more
 * @param roundTrip to the gateway by UDP and back, smoothed; empty if it is not known
 * @param nextRekey when this client makes new keys; empty if it does not
 * @param history the latest changes, oldest first
 */
public record SessionStatus(
    State state,
    String host,
    Optional<InetAddress> gateway,
    String device,
    Optional<TunnelConfig> config,
    String carrier,
    Instant carrierSince,
    String whyNotBetter,
    OptionalInt udpMtu,
    Optional<Duration> roundTrip,
    Optional<Instant> nextRekey,
    Instant started,
    List<Change> history,
    SessionStats stats) {
  /** Another carrier, or a connection lost. */
  public record Change(Instant at, String what, String reason) {}

  public SessionStatus {
    history = List.copyOf(history);
  }

  /** The same with counters of another moment. */
  SessionStatus with(SessionStats now) {
    return new SessionStatus(
        state,
        host,
        gateway,
        device,
        config,
        carrier,
        carrierSince,
        whyNotBetter,
        udpMtu,
        roundTrip,
        nextRekey,
        started,
        history,
        now);
  }
}

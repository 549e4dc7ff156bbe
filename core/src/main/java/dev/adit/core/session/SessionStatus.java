package dev.adit.core.session;

import dev.adit.api.tunnel.TunnelConfig;
import dev.adit.core.transport.State;
import java.time.Instant;
import java.util.Optional;

/**
 * A session at one moment.
 *
 * @param carrier what moves packets, in words
 * @param carrierSince since when
 * @param whyNotBetter why no better carrier does, empty if there is none
 */
public record SessionStatus(
    State state,
    String host,
    String device,
    Optional<TunnelConfig> config,
    String carrier,
    Instant carrierSince,
    String whyNotBetter,
    Instant started,
    SessionStats stats) {
  /** The same with counters of another moment. */
  SessionStatus with(SessionStats now) {
    return new SessionStatus(
        state, host, device, config, carrier, carrierSince, whyNotBetter, started, now);
  }
}

package dev.adit.core.esp;

import java.time.Duration;

/**
 * When an engine speaks unasked, in nanoseconds.
 *
 * @param secondProbe after the first: it may have overtaken the message, on TLS, that tells the
 *     peer our keys
 * @param probeStep between those after that
 * @param probes so many unanswered, and UDP does not work
 */
public record EspTimers(long secondProbe, long probeStep, int probes) {
  /** Clients that are known to work ask once a second, five or six times. */
  public static final EspTimers DEFAULT =
      new EspTimers(Duration.ofMillis(200).toNanos(), Duration.ofSeconds(1).toNanos(), 6);
}

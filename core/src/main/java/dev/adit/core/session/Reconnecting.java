package dev.adit.core.session;

import dev.adit.api.error.VpnException;
import dev.adit.core.loop.Scheduler;
import dev.adit.core.transport.TransportTimings;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * When to try again after the connection was lost: at once, then after waits that grow, until the
 * time for it is over.
 */
final class Reconnecting {
  private final Scheduler loop;
  private final Duration limit;
  private final BackOff backOff;
  private final Scheduler.Timer retry;
  private long lostAt;
  private int attempts;

  /**
   * Nothing is lost yet.
   *
   * @param limit how long to try
   * @param dial makes the next attempt
   */
  Reconnecting(
      Scheduler loop,
      TransportTimings timings,
      Duration limit,
      RandomGenerator random,
      Runnable dial) {
    this.loop = loop;
    this.limit = limit;
    this.backOff = new BackOff(timings.firstRetry(), timings.longestRetry(), random);
    this.retry = loop.timer(dial);
  }

  /** The connection was there until now. */
  void begin() {
    lostAt = loop.now();
    attempts = 0;
    backOff.reset();
  }

  boolean isTimeOver() {
    return loop.now() - lostAt >= limit.toNanos();
  }

  /** Has the next attempt made, and says after how long. */
  Duration next() {
    attempts++;
    Duration delay = attempts == 1 ? Duration.ZERO : backOff.next();
    retry.start(delay.toNanos());
    return delay;
  }

  /** Something has changed: the next attempt need not wait. */
  void now() {
    backOff.reset();
    retry.start(0);
  }

  int attempts() {
    return attempts;
  }

  void stop() {
    retry.stop();
  }

  /** Whether trying again may help. */
  static boolean mayHelp(VpnException e) {
    return switch (e.kind()) {
      case UNREACHABLE, OTHER, PEER_VIOLATION -> true;
      case SESSION_REFUSED,
          AUTHENTICATION,
          UNTRUSTED_SERVER,
          CONFIGURATION,
          PRIVILEGE,
          PLUGIN,
          HOST_CHECK,
          CANCELLED ->
          false;
    };
  }
}

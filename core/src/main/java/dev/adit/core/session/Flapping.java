package dev.adit.core.session;

import dev.adit.core.transport.TransportTimings;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;

/**
 * Settles a path that comes and goes: TLS is better than a carrier that loses a second of packets
 * again and again. Three falls in a minute bring a rest; after it one fall is enough for a longer
 * one, until the path has held for long. Belongs to the loop.
 */
final class Flapping {
  private static final int MOST_FALLS = 3;
  private static final long WINDOW_NANOS = Duration.ofSeconds(60).toNanos();

  private final ArrayDeque<Long> falls = new ArrayDeque<>();
  private final Duration first;
  private final Duration longest;
  private Duration rest;
  private long lastFall;

  Flapping(TransportTimings timings) {
    first = timings.longestProbe();
    longest = timings.longestProbe().multipliedBy(8);
    rest = first;
  }

  /**
   * The path fell silent while it was in use.
   *
   * @return how long it is to be left alone; empty if it may be tried at once
   */
  Optional<Duration> fell(long nowNanos) {
    if (nowNanos - lastFall > longest.toNanos() + WINDOW_NANOS) {
      rest = first;
    }
    lastFall = nowNanos;
    falls.add(nowNanos);
    while (nowNanos - falls.element() > WINDOW_NANOS) {
      falls.remove();
    }
    boolean warned = rest.compareTo(first) > 0;
    if (falls.size() < MOST_FALLS && !warned) {
      return Optional.empty();
    }
    falls.clear();
    Duration now = rest;
    rest = rest.multipliedBy(2).compareTo(longest) > 0 ? longest : rest.multipliedBy(2);
    return Optional.of(now);
  }
}

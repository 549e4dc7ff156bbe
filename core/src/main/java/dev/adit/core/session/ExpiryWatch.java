package dev.adit.core.session;

import dev.adit.api.tunnel.TunnelConfig;
import dev.adit.core.loop.Scheduler;
import dev.adit.core.session.SessionEvent.Expiring;
import java.time.Duration;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Tells in time that the server is going to end the session: because its time is up, or because
 * nothing passes. The server's clock decides, so this is a warning and nothing ends here.
 *
 * <pre>
 *   time is up      as long before as the server asks, and 5 min, and 1 min
 *   nothing passes  1 min before, or at half of a shorter limit; again only after traffic
 * </pre>
 */
final class ExpiryWatch {
  private static final Duration EARLY = Duration.ofMinutes(5);
  private static final Duration LATE = Duration.ofMinutes(1);

  /** Traffic is looked at so often at least; the loop sleeps in between. */
  private static final Duration LONGEST_LOOK = Duration.ofMinutes(1);

  private final Scheduler clock;
  private final LongSupplier packets;
  private final Consumer<Expiring> tell;
  private final Scheduler.Timer endTimer;
  private final Scheduler.Timer idleTimer;
  private final TreeSet<Duration> warnings = new TreeSet<>();
  private Optional<Duration> asked = Optional.empty();
  private long endsAt;
  private Duration idleLimit = Duration.ZERO;
  private long packetsSeen;
  private long quietSince;
  private boolean idleTold;

  /**
   * Not watching yet.
   *
   * @param packets how many have passed so far, in both directions together
   */
  ExpiryWatch(Scheduler clock, LongSupplier packets, Consumer<Expiring> tell) {
    this.clock = clock;
    this.packets = packets;
    this.tell = tell;
    this.endTimer = clock.timer(this::endComes);
    this.idleTimer = clock.timer(this::look);
  }

  /** The server wants the user told so long before; holds from the next {@link #start}. */
  void alertBefore(Duration before) {
    asked = Optional.of(before);
  }

  /** Watches the limits of a connection, and forgets those of the one before. */
  void start(TunnelConfig config) {
    stop();
    config.sessionTimeout().ifPresent(this::watchEnd);
    config.idleTimeout().filter(limit -> !limit.isZero()).ifPresent(this::watchIdle);
  }

  void stop() {
    endTimer.stop();
    idleTimer.stop();
    warnings.clear();
  }

  private void watchEnd(Duration left) {
    endsAt = clock.now() + left.toNanos();
    for (Duration before : new Duration[] {asked.orElse(EARLY), EARLY, LATE}) {
      if (before.compareTo(left) < 0) {
        warnings.add(before);
      }
    }
    scheduleEnd();
  }

  private void scheduleEnd() {
    if (!warnings.isEmpty()) {
      endTimer.start(endsAt - clock.now() - warnings.last().toNanos());
    }
  }

  private void endComes() {
    Duration left = warnings.pollLast();
    if (left != null) {
      tell.accept(new Expiring(Expiring.Limit.SESSION, left));
    }
    scheduleEnd();
  }

  private void watchIdle(Duration limit) {
    idleLimit = limit;
    packetsSeen = packets.getAsLong();
    quietSince = clock.now();
    idleTold = false;
    scheduleLook();
  }

  private Duration idleWarning() {
    return idleLimit.compareTo(LATE.multipliedBy(2)) > 0
        ? idleLimit.minus(LATE)
        : idleLimit.dividedBy(2);
  }

  private void scheduleLook() {
    long due = idleWarning().toNanos() - (clock.now() - quietSince);
    long longest = Math.min(LONGEST_LOOK.toNanos(), idleWarning().toNanos());
    idleTimer.start(idleTold ? longest : Math.max(1, Math.min(due, longest)));
  }

  private void look() {
    long passed = packets.getAsLong();
    if (passed != packetsSeen) {
      packetsSeen = passed;
      quietSince = clock.now();
      idleTold = false;
    } else if (!idleTold && clock.now() - quietSince >= idleWarning().toNanos()) {
      idleTold = true;
      tell.accept(new Expiring(Expiring.Limit.IDLE, idleLimit.minus(idleWarning())));
    }
    scheduleLook();
  }
}

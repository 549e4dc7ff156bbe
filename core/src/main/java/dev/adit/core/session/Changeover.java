package dev.adit.core.session;

import dev.adit.core.loop.Scheduler;
import dev.adit.core.transport.TransportTimings;
import java.time.Duration;

/**
 * The turn from one tunnel to the next. Servers end the old one as soon as they see the request for
 * the new one, and lose with it what they had not read; what comes after that by its UDP port they
 * take for a client whose port has changed. So packets stop, what is under way arrives, the request
 * goes, and packets go on when it is answered and the old one is gone. Belongs to the loop.
 */
final class Changeover {
  private static final Duration LONGEST_ROUND_TRIP = Duration.ofMillis(200);

  private final TransportTimings timings;
  private final Runnable changed;
  private final Scheduler.Timer settle;
  private final Scheduler.Timer patience;
  private Runnable request = () -> {};
  private boolean pausing;

  /**
   * Nothing is to be changed yet.
   *
   * @param changed called when a pause has begun, and when it has ended
   */
  Changeover(Scheduler loop, TransportTimings timings, Runnable changed) {
    this.timings = timings;
    this.changed = changed;
    this.settle = loop.timer(this::onSettled);
    this.patience = loop.timer(this::release);
  }

  /** Packets pause; the request is made when what is under way has arrived. */
  void begin(Duration roundTrip, Runnable newRequest) {
    pausing = true;
    request = newRequest;
    Duration known = roundTrip.compareTo(LONGEST_ROUND_TRIP) > 0 ? LONGEST_ROUND_TRIP : roundTrip;
    settle.start(timings.settle().plus(known).toNanos());
    changed.run();
  }

  boolean isPausing() {
    return pausing;
  }

  /**
   * The new tunnel is up.
   *
   * @param oldIsGone whether the server has closed the old one
   */
  void opened(boolean oldIsGone) {
    if (pausing) {
      settle.stop();
      patience.start((oldIsGone ? timings.silence() : timings.lastWords()).toNanos());
    }
  }

  /** Packets may flow again. */
  void release() {
    if (pausing) {
      end();
      changed.run();
    }
  }

  /** There is no tunnel any more. */
  void end() {
    settle.stop();
    patience.stop();
    pausing = false;
  }

  private void onSettled() {
    patience.start(timings.longestPause().toNanos());
    request.run();
  }
}

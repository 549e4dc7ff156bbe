package dev.adit.core.session;

import dev.adit.core.loop.Scheduler;
import dev.adit.core.transport.TransportTimings;
import java.util.function.Consumer;

/**
 * Notices within a second that a path is dark, while packets are sent; an idle path costs nothing.
 *
 * <p>Packets that we send and nothing that we hear for {@link TransportTimings#suspicion} bring
 * probes; so many of them unanswered, and the path is dark. All waits stretch with the round trip
 * that was seen.
 *
 * <p>One answer is not believed alone: after a NAT has given us another port, a server may answer
 * the first packet that comes from there and never read another. And packets that are heard prove
 * only the way to us: from time to time a probe must be answered as well.
 *
 * <p>Belongs to the loop.
 */
final class Suspicion {
  /** Answers in a row that end a suspicion. */
  private static final int CONVINCING = 2;

  /** RFC 6298 §2: a longer round trip counts by an eighth. */
  private static final int SMOOTHING = 8;

  /**
   * A shorter one by a half: the first may have been measured with code that had never run, or
   * behind a queue that is gone.
   */
  private static final int SMOOTHING_DOWN = 2;

  /** So many answers make a round trip. */
  private static final int MEASURED = 3;

  private final Scheduler loop;
  private final TransportTimings timings;
  private final Runnable probe;
  private final Consumer<String> dark;
  private final Scheduler.Timer timer;
  private boolean waiting;
  private boolean onlyAnswersCount;
  private int unanswered;
  private int answers;
  private long provenAt;
  private long probedAt;
  private boolean probing;
  private boolean askedAgain;
  private long roundTripNanos;
  private int measured;

  /**
   * Nothing is suspected yet.
   *
   * @param probe asks for a sign of life
   * @param dark hears, in words, that the path is dark; nothing is suspected after that until
   *     packets are sent again
   */
  Suspicion(Scheduler loop, TransportTimings timings, Runnable probe, Consumer<String> dark) {
    this.loop = loop;
    this.timings = timings;
    this.probe = probe;
    this.dark = dark;
    this.timer = loop.timer(this::onTimer);
    this.provenAt = loop.now();
  }

  /** Packets were sent. */
  void sent() {
    if (!waiting) {
      waiting = true;
      onlyAnswersCount = loop.now() - provenAt > timings.unproven().toNanos();
      unanswered = 0;
      answers = 0;
      timer.start(Math.max(timings.suspicion().toNanos(), 2 * roundTripNanos));
    }
  }

  /** Packets came. */
  void heard() {
    if (!onlyAnswersCount) {
      waiting = false;
    }
  }

  /** Somebody asks, for whatever reason. */
  void probed() {
    askedAgain = probing;
    if (!probing) {
      probing = true;
      probedAt = loop.now();
    }
  }

  /** A probe came back. */
  void answered() {
    long now = loop.now();
    if (probing) {
      probing = false;
      measure(now - probedAt);
    }
    answers++;
    unanswered = 0;
    if (answers >= CONVINCING) {
      provenAt = now;
      waiting = false;
    }
  }

  /**
   * Which of several questions was answered nobody knows, and earlier ones may be lost (RFC 6298
   * §3): then it is no more than a bound.
   */
  private void measure(long seen) {
    if (askedAgain && roundTripNanos != 0 && seen > roundTripNanos) {
      return;
    }
    measured++;
    long more = seen - roundTripNanos;
    roundTripNanos += roundTripNanos == 0 ? seen : more / (more < 0 ? SMOOTHING_DOWN : SMOOTHING);
  }

  /** Nanoseconds, smoothed; 0 if it is not known. */
  long roundTripNanos() {
    return roundTripNanos;
  }

  /** Whether enough answers came for that to be believed. */
  boolean isMeasured() {
    return measured >= MEASURED;
  }

  /** Suspects nothing, and waits for no answer, until packets are sent again. */
  void stop() {
    waiting = false;
    probing = false;
    timer.stop();
  }

  private void onTimer() {
    if (!waiting) {
      return;
    }
    if (unanswered >= timings.suspicionProbes()) {
      waiting = false;
      probing = false;
      dark.accept("packets by UDP are not answered");
      return;
    }
    unanswered++;
    probed();
    probe.run();
    timer.start(Math.max(timings.suspicionStep().toNanos(), roundTripNanos + roundTripNanos / 4));
  }
}

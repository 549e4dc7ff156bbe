package dev.adit.core.session;

import java.util.OptionalInt;

/**
 * Searches the longest packet that gets through, by probes that are answered or not. Pure: the
 * caller sends, waits and tells; times are nanoseconds of a monotonic clock.
 *
 * <pre>
 *   most ── answered ─→ done
 *     └─ silent ─→ 1280 ─ silent ─→ least ─ silent ─→ nothing is known; listen until the limit
 *                    └──── halving between ────┘
 * </pre>
 *
 * <p>Silence means that a probe is too long or that it was lost, so each size is tried again; an
 * answer that comes late corrects what was concluded from its absence. A peer that answers without
 * the length of the question ends the search after a few probes.
 */
final class MtuProbe {
  /**
   * Wait for an answer while the round trip is not known; longer than most. A slower path is heard
   * by its late answers.
   */
  private static final long FIRST_STEP_NANOS = 150_000_000L;

  /** Shortest wait, and what is allowed beyond one and a half round trips. */
  private static final long STEP_NANOS = 50_000_000L;

  /** By then the best size so far is taken. */
  static final long LIMIT_NANOS = 3_000_000_000L;

  /** RFC 8200 §5: what most paths that are narrower than Ethernet still carry. */
  private static final int IPV6_LEAST = 1280;

  /** The first size is the one that usually holds: it gets a chance more. */
  private static final int TRIES_OF_MOST = 3;

  private static final int TRIES = 2;

  private final int least;
  private final int most;
  private final long began;
  private int answered;

  /** Sizes that were not answered, each smaller than the one before. */
  private final int[] silent = new int[64];

  private int silentCount;
  private int refused;
  private int size;
  private int tries;
  private long firstSentAt;
  private long sentAt;
  private long step = FIRST_STEP_NANOS;
  private boolean listening;
  private boolean done;

  /**
   * Begins.
   *
   * @param least packet that is worth a search, in bytes
   * @param most packet that is wanted
   */
  MtuProbe(int least, int most, long nowNanos) {
    if (least < 1 || least > most) {
      throw new IllegalArgumentException("from " + least + " to " + most);
    }
    this.least = least;
    this.most = most;
    this.began = nowNanos;
    this.answered = least - 1;
    this.refused = most + 1;
  }

  /** Length of the probe to send now; 0 for none, because one is awaited or all is done. */
  int next(long nowNanos) {
    if (done || nowNanos - began >= LIMIT_NANOS) {
      done = true;
      return 0;
    }
    if (size > answered && size < high()) {
      if (nowNanos - sentAt < step) {
        return 0;
      }
      if (tries < (size == most ? TRIES_OF_MOST : TRIES)) {
        return send(nowNanos);
      }
      silent[silentCount++] = size;
    }
    if (answered >= high() - 1 || silentCount == silent.length) {
      listening = answered < least && refused > most;
      done = !listening;
      return 0;
    }
    listening = false;
    size = choose();
    tries = 0;
    firstSentAt = nowNanos;
    return send(nowNanos);
  }

  /** A probe of that length came back. */
  void answered(int bytes, long nowNanos) {
    if (bytes < least || bytes >= refused) {
      return;
    }
    if (bytes == size) {
      step = Math.max(STEP_NANOS, (nowNanos - firstSentAt) * 3 / 2 + STEP_NANOS / 2);
    }
    answered = Math.max(answered, bytes);
    // What was lost or late at first is not silent.
    while (silentCount > 0 && silent[silentCount - 1] <= answered) {
      silentCount--;
    }
  }

  /** This host itself refuses to send packets of that length, or longer ones. */
  void tooBig(int bytes) {
    refused = Math.max(least, Math.min(refused, bytes));
    answered = Math.min(answered, refused - 1);
  }

  /** Nanoseconds until {@link #next} has something new to say. */
  long nanosUntilDeadline(long nowNanos) {
    long limit = began + LIMIT_NANOS - nowNanos;
    return Math.max(0, listening ? limit : Math.min(sentAt + step - nowNanos, limit));
  }

  boolean isDone() {
    return done;
  }

  /** The longest packet that gets through, as far as is known. */
  OptionalInt result() {
    if (answered >= least) {
      return OptionalInt.of(answered);
    }
    return refused <= most ? OptionalInt.of(Math.max(least, refused - 1)) : OptionalInt.empty();
  }

  private int send(long nowNanos) {
    tries++;
    sentAt = nowNanos;
    return size;
  }

  private int high() {
    return silentCount == 0 ? refused : Math.min(silent[silentCount - 1], refused);
  }

  private int choose() {
    int high = high();
    if (high > most) {
      return most;
    }
    if (answered < least) {
      return IPV6_LEAST >= least && IPV6_LEAST < high ? IPV6_LEAST : least;
    }
    return answered + (high - answered) / 2;
  }
}

package dev.adit.core.loop;

/**
 * When many bytes are on their way, a loop that found nothing to do rests for a while instead of
 * waiting for the very next packet, as network cards moderate their interrupts. So packets are met
 * in groups, which costs one waking, one system call each way and one joined write where it would
 * be many. The price is a delay, under load alone, and the longer the more load there is: {@link
 * #SHORTEST_REST_NANOS} to {@link #LONGEST_REST_NANOS}. Belongs to the loop's thread.
 */
final class Moderation {
  /** In which datagrams that are sent in one go have arrived, in nanoseconds. */
  static final long SHORTEST_REST_NANOS = 100_000;

  /** 4000 times a second, in nanoseconds: what cards take for bulk traffic. */
  static final long LONGEST_REST_NANOS = 250_000;

  /** What is to come together in a rest: what the kernel takes in one piece. */
  static final long GROUP_BYTES = 64_000;

  /** Load is judged once for each of these, in nanoseconds. */
  static final long WINDOW_NANOS = 1_000_000;

  /** So many are load, and not somebody who asks and waits for each answer. */
  static final long BYTES_PER_WINDOW = 16_000;

  /** So many deserve {@link #LONGEST_REST_NANOS}: some 1.3 Gbit/s. */
  static final long MOST_BYTES_PER_WINDOW = 160_000;

  /** Less than this since the last rest: a ping, whose answer would wait for the next. */
  static final long FEW_BYTES = 200;

  /** From here on groups may be waited for: some 0.8 Gbit/s. */
  static final long MUCH_BYTES_PER_WINDOW = 100_000;

  /** A quarter of {@link #GROUP_BYTES}. */
  static final long SMALL_GROUP_BYTES = 16_000;

  /** Less than a data packet: acknowledgements. */
  static final long DATA_BYTES = 1_000;

  private long windowStart;
  private long bytes;
  private long bytesSinceRest;
  private long sentInTurn;
  private long receivedInTurn;
  private double bytesPerWindow;
  private long rest;

  /** Starts without load. */
  Moderation(long nowNanos) {
    windowStart = nowNanos;
  }

  void sent(long more) {
    sentInTurn += more;
    carried(more);
  }

  void received(long more) {
    receivedInTurn += more;
    carried(more);
  }

  private void carried(long more) {
    bytes += more;
    bytesSinceRest += more;
  }

  /** A turn of the loop begins. */
  void turn() {
    sentInTurn = 0;
    receivedInTurn = 0;
  }

  /**
   * Whether to rest even if there is something again: when, at the most load, the last turn had a
   * small group that came in, and nothing but acknowledgements to send. Without that each turn
   * would take the few that came during the one before.
   */
  boolean letsGather() {
    return bytesPerWindow >= MUCH_BYTES_PER_WINDOW
        && sentInTurn < DATA_BYTES
        && receivedInTurn >= DATA_BYTES
        && receivedInTurn < SMALL_GROUP_BYTES;
  }

  void rested() {
    bytesSinceRest = 0;
  }

  /** How long to rest if nothing is to be done; 0 is not at all. */
  long restNanos(long nowNanos) {
    long span = nowNanos - windowStart;
    if (span >= WINDOW_NANOS) {
      judge((double) span / WINDOW_NANOS);
      windowStart = nowNanos;
      bytes = 0;
    }
    return bytesSinceRest < FEW_BYTES ? 0 : rest;
  }

  /**
   * Load comes at once, and halves with each window: a sender that has to wait for its socket sends
   * a megabyte every few milliseconds, and in between come the acknowledgements, one by one.
   */
  private void judge(double windows) {
    bytesPerWindow = Math.max(bytes / windows, bytesPerWindow / (1 + windows));
    if (bytesPerWindow < BYTES_PER_WINDOW) {
      rest = 0;
      return;
    }
    double byLoad = LONGEST_REST_NANOS * bytesPerWindow / MOST_BYTES_PER_WINDOW;
    double untilGroup = GROUP_BYTES / bytesPerWindow * WINDOW_NANOS;
    double most = Math.min(LONGEST_REST_NANOS, untilGroup);
    rest = (long) Math.min(most, Math.max(SHORTEST_REST_NANOS, byLoad));
  }
}

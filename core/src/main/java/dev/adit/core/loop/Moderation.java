package dev.adit.core.loop;

/**
 * When many bytes are on their way, a loop that found nothing to do rests for a while instead of
 * waiting for the very next packet, as network cards moderate their interrupts. So packets are met
 * in groups, which costs one waking, one system call each way and one joined write where it would
 * be many. The price is a delay, under load alone, of at most {@link #LONGEST_REST_NANOS}: what
 * cards take for bulk traffic. Belongs to the loop's thread.
 */
final class Moderation {
  /** 4000 times a second, in nanoseconds. */
  static final long LONGEST_REST_NANOS = 250_000;

  /** What is to come together in a rest: what the kernel takes in one piece. */
  static final long GROUP_BYTES = 64_000;

  /** Load is judged once for each of these, in nanoseconds. */
  static final long WINDOW_NANOS = 1_000_000;

  /** So many are load, and not somebody who asks and waits for each answer. */
  static final long BYTES_PER_WINDOW = 16_000;

  private long windowStart;
  private long bytes;
  private long rest;

  /** Starts without load. */
  Moderation(long nowNanos) {
    windowStart = nowNanos;
  }

  void carried(long more) {
    bytes += more;
  }

  /** How long to rest, judged by the last window that ended; 0 without load. */
  long restNanos(long nowNanos) {
    long span = nowNanos - windowStart;
    if (span >= WINDOW_NANOS) {
      boolean loaded = bytes >= span / WINDOW_NANOS * BYTES_PER_WINDOW;
      rest = loaded ? Math.min(LONGEST_REST_NANOS, GROUP_BYTES * span / bytes) : 0;
      windowStart = nowNanos;
      bytes = 0;
    }
    return rest;
  }
}

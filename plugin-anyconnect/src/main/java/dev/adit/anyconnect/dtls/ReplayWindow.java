package dev.adit.anyconnect.dtls;

/**
 * Which record numbers were seen, RFC 6347 §4.1.2.6, as a ring of bits after RFC 6479. Not
 * thread-safe. A number is asked for before the record is authenticated, and marked after.
 */
final class ReplayWindow {
  /** How far back a late record may be, in records; well beyond what a batch can reorder. */
  static final int SIZE = 1024;

  private static final int WORDS = SIZE / Long.SIZE + 1;

  private final long[] words = new long[WORDS];
  private long highest = -1;
  private long first;
  private long seen;

  /** Whether the number is new and not too old. */
  boolean accepts(long number) {
    if (number > highest) {
      return true;
    }
    return highest - number < SIZE && (words[word(number)] & bit(number)) == 0;
  }

  /** Notes a number that {@link #accepts} let through. */
  void mark(long number) {
    if (highest < 0) {
      first = number;
    }
    if (number >= first) {
      seen++;
    }
    if (number > highest) {
      long from = highest < 0 ? -1 : highest / Long.SIZE;
      long steps = Math.min(number / Long.SIZE - from, WORDS);
      for (long i = 1; i <= steps; i++) {
        words[(int) ((number / Long.SIZE - steps + i) % WORDS)] = 0;
      }
      highest = number;
    }
    words[word(number)] |= bit(number);
  }

  /** Numbers between the first and the highest seen that did not come so far. */
  long missing() {
    return Math.max(0, highest - first + 1 - seen);
  }

  private static int word(long number) {
    return (int) (number / Long.SIZE % WORDS);
  }

  private static long bit(long number) {
    return 1L << number;
  }
}

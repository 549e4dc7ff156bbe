package dev.adit.core.esp;

import java.util.BitSet;

/**
 * Which sequence numbers were seen, RFC 4303 §3.4.3, as a ring of bits after RFC 6479. Not
 * thread-safe. Both methods are called after the packet was found authentic.
 *
 * <pre>
 *                highest - size + 1        highest
 *   ... too old  |  a bit says whether seen   |  new ...
 * </pre>
 *
 * <p>Numbers are unsigned 32-bit values in a long; 0 is one like any other, since some peers count
 * from there.
 */
final class AntiReplayWindow {
  /** The most anybody could want: a second's worth of small packets. */
  static final int MAX_SIZE = 1 << 20;

  private final int size;
  private final long[] words;
  private long highest = -1;

  private long first;

  /** Numbers from the first on that came, or that were somebody else's to count. */
  private long accounted;

  /**
   * Sees nothing yet.
   *
   * @param size packets; 0 lets everything in
   */
  AntiReplayWindow(int size) {
    if (size < 0 || size > MAX_SIZE) {
      throw new IllegalArgumentException("replay window of " + size + " packets");
    }
    this.size = size;
    // One word more than the window needs: the one that is being entered is wiped whole.
    this.words = new long[size == 0 ? 0 : (size + Long.SIZE - 1) / Long.SIZE + 1];
  }

  /** Whether the number is new and not too old. */
  boolean accepts(long number) {
    if (size == 0 || number > highest) {
      return true;
    }
    return highest - number < size && (words[word(number)] & bit(number)) == 0;
  }

  /** Notes a number that {@link #accepts} let through. */
  void mark(long number) {
    if (number > highest) {
      if (highest < 0) {
        first = number;
      }
      enter(number);
      highest = number;
    }
    if (number >= first) {
      accounted++;
    }
    if (size > 0) {
      words[word(number)] |= bit(number);
    }
  }

  /** The highest number seen; -1 if none. */
  long highest() {
    return highest;
  }

  /** Numbers between the first and the highest seen that did not come so far. */
  long missing() {
    return Math.max(0, highest - first + 1 - accounted);
  }

  /** Which numbers of the window were seen: bit i is number {@code highest - i}. */
  BitSet seen() {
    BitSet seen = new BitSet();
    for (int i = 0; i < size && i <= highest; i++) {
      long number = highest - i;
      if ((words[word(number)] & bit(number)) != 0) {
        seen.set(i);
      }
    }
    return seen;
  }

  /** Goes on from where somebody else was, and counted; never goes back. */
  void resume(long from, BitSet seen) {
    long before = missing();
    for (int i = Math.min(size, seen.length()) - 1; i > 0; i--) {
      if (seen.get(i) && from >= i && accepts(from - i)) {
        mark(from - i);
      }
    }
    if (from >= 0 && accepts(from)) {
      mark(from);
    }
    accounted = highest - first + 1 - before;
  }

  /** Wipes the words that the window moves into. */
  private void enter(long number) {
    long from = highest < 0 ? -1 : highest / Long.SIZE;
    long to = number / Long.SIZE;
    for (long word = Math.max(from + 1, to - words.length + 1); word <= to; word++) {
      words[(int) (word % words.length)] = 0;
    }
  }

  private int word(long number) {
    return (int) (number / Long.SIZE % words.length);
  }

  private static long bit(long number) {
    return 1L << number;
  }
}

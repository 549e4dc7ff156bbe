package dev.adit.bench;

/**
 * How much of everything.
 *
 * @param pairs how often both clients are measured
 * @param seconds of each transfer
 * @param warmUpMegabytes each way, before anything is measured
 */
record Settings(int pairs, int seconds, int warmUpMegabytes) {
  private static final int MOST_RUNS = 3;

  /** How often what is held to a goal of its own, or to none: more would tell no more. */
  int runs() {
    return Math.min(pairs, MOST_RUNS);
  }
}

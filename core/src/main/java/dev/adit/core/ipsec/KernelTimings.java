package dev.adit.core.ipsec;

import java.time.Duration;

/**
 * All times of SAs in the kernel, each with its reason.
 *
 * @param lifetime after which the kernel drops what nobody refreshes: a killed process leaves
 *     nothing for longer
 * @param refresh three of them fit into a lifetime, so that a busy moment does no harm
 * @param settle after taking over, until what came at that moment has been read
 * @param suspicion packets go out and none come in for so long: ask. Longer where round trips are
 * @param step between questions. Longer where round trips are, but shorter than they: an answer to
 *     any of them will do
 * @param questions unanswered so many, the path is dark: of a path that loses three packets in ten
 *     each way, half the questions are not answered. With the tenth of a second after which the
 *     kernel tells of packets all this stays below 0.9 s
 * @param retire how long the SA that sent before a rekey stays, for packets that have it chosen
 */
record KernelTimings(
    Duration lifetime,
    Duration refresh,
    Duration settle,
    Duration suspicion,
    Duration step,
    int questions,
    Duration retire) {
  static final KernelTimings DEFAULT =
      new KernelTimings(
          Duration.ofSeconds(60),
          Duration.ofSeconds(20),
          Duration.ofMillis(100),
          Duration.ofMillis(300),
          Duration.ofMillis(90),
          5,
          Duration.ofSeconds(2));

  /** For a peer that takes so long to answer. */
  KernelTimings stretched(long roundTripNanos) {
    return new KernelTimings(
        lifetime,
        refresh,
        settle,
        longer(suspicion, 2 * roundTripNanos),
        longer(step, roundTripNanos * 3 / 4),
        questions,
        retire);
  }

  private static Duration longer(Duration least, long nanos) {
    return least.toNanos() < nanos ? Duration.ofNanos(nanos) : least;
  }
}

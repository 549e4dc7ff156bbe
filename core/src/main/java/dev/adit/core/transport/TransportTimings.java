package dev.adit.core.transport;

import java.time.Duration;

/**
 * All times of the machine, each with its reason.
 *
 * @param firstProbe wait before UDP is tried again after a failure: most failures are a packet
 *     filter that will not change, some are a server that is busy
 * @param longestProbe the wait doubles up to this: low cost, for ever
 * @param suspicion outbound packets unanswered for so long bring a probe; longer than any sane RTT,
 *     a third of what a user notices
 * @param suspicionStep between the probes after that
 * @param suspicionProbes unanswered so many, UDP is dark: suspicion + step × probes stays below 1 s
 * @param quietStep between questions to a silent association, which are small
 * @param quietLimit after which the association is made anew: a NAT that forgot us needs it
 * @param unproven packets that are heard prove that the peer's way to us is open, not ours to it:
 *     under traffic a probe must have been answered within this time
 * @param enableLimit the server must have confirmed within this time that it will use UDP
 * @param handOver wait before the kernel is asked again after it refused or gave up
 * @param firstRetry wait before the second try to reconnect; the first is immediate
 * @param longestRetry the wait doubles up to this
 * @param drain how long a replaced connection is still read
 * @param openLimit a server that took a connection opens the tunnel on it within this time
 * @param settle packets stop for so long, and a round trip, before a second tunnel is asked for:
 *     what is under way arrives while the first still stands
 * @param longestPause after which packets flow by the first tunnel again, should the second hang
 * @param lastWords packets wait for so long yet when the second is up: the server's own end of the
 *     first may still take the answers
 * @param silence the same when the server has closed the first already
 */
public record TransportTimings(
    Duration firstProbe,
    Duration longestProbe,
    Duration suspicion,
    Duration suspicionStep,
    int suspicionProbes,
    Duration quietStep,
    Duration quietLimit,
    Duration unproven,
    Duration enableLimit,
    Duration handOver,
    Duration firstRetry,
    Duration longestRetry,
    Duration drain,
    Duration openLimit,
    Duration settle,
    Duration longestPause,
    Duration lastWords,
    Duration silence) {
  public static final TransportTimings DEFAULT =
      new TransportTimings(
          Duration.ofSeconds(5),
          Duration.ofSeconds(60),
          Duration.ofMillis(300),
          Duration.ofMillis(150),
          3,
          Duration.ofMillis(500),
          Duration.ofSeconds(10),
          Duration.ofSeconds(3),
          Duration.ofSeconds(5),
          Duration.ofSeconds(60),
          Duration.ofSeconds(1),
          Duration.ofSeconds(30),
          Duration.ofSeconds(2),
          Duration.ofSeconds(30),
          Duration.ofMillis(20),
          Duration.ofSeconds(1),
          Duration.ofMillis(100),
          Duration.ofMillis(10));
}

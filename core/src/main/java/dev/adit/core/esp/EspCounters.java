package dev.adit.core.esp;

import dev.adit.api.datagram.DropCounts;

/** What an association let in and what not. Written by the thread that opens packets. */
final class EspCounters {
  long malformed;
  long unauthenticated;
  long replayed;
  long unknownSpi;
  long unknownType;
  long oversized;

  /**
   * Dummies and probes are no loss and not counted; an SPI that is not ours vouches for nothing.
   */
  DropCounts snapshot(long notIpOutbound, long oversizedOutbound) {
    return new DropCounts(
        malformed,
        unauthenticated + unknownSpi,
        replayed,
        unknownType + notIpOutbound,
        oversized + oversizedOutbound);
  }
}

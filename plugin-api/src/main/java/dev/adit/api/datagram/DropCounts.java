package dev.adit.api.datagram;

/** Datagrams that were not let in, by reason. */
public record DropCounts(
    long malformed, long unauthenticated, long replayed, long unknownType, long oversized) {
  /** All together. */
  public long total() {
    return malformed + unauthenticated + replayed + unknownType + oversized;
  }
}

package dev.adit.core.session;

/** Counters of inner packets, for the whole session. */
public record SessionStats(
    long packetsIn, long bytesIn, long packetsOut, long bytesOut, long reconnects, long rekeys) {
  static final SessionStats NONE = new SessionStats(0, 0, 0, 0, 0, 0);
}

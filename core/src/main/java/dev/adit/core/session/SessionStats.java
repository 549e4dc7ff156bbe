package dev.adit.core.session;

/**
 * Counters of inner packets, for the whole session.
 *
 * @param lost by UDP on their way here, as far as the peer's numbers tell
 * @param refused that came by UDP: not authentic, repeated, or nothing that can be used
 */
public record SessionStats(
    long packetsIn,
    long bytesIn,
    long packetsOut,
    long bytesOut,
    long reconnects,
    long rekeys,
    long lost,
    long refused) {}

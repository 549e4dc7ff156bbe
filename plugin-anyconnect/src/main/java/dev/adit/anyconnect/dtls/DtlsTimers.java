package dev.adit.anyconnect.dtls;

/**
 * Intervals in nanoseconds; 0 switches one off.
 *
 * @param dpd nothing received for so long: ask; see {@link DtlsEngine}
 * @param keepalive nothing sent for so long: say something
 * @param rekey age at which new keys are due
 */
public record DtlsTimers(long dpd, long keepalive, long rekey) {}

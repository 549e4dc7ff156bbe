package dev.adit.anyconnect.cstp;

import dev.adit.api.error.PeerViolationException;
import java.time.Duration;
import java.util.Optional;

/** When the tunnel over TLS has something to say of itself. Times in nanoseconds, 0 for never. */
final class CstpTimers {
  /** What is due. */
  enum Due {
    REKEY,
    SILENT,
    REQUEST,
    KEEPALIVE,
    NOTHING
  }

  private long dpd;
  private long keepalive;
  private long rekey;
  private long opened;
  private long lastReceived;
  private long lastSent;
  private long lastRequest;
  private boolean requestPending;
  private boolean silenceTold;
  private boolean rekeyTold;

  void start(ConnectResponse response, Optional<Long> forcedDpd, long nowNanos)
      throws PeerViolationException {
    dpd = forcedDpd.orElse(nanos(response.seconds("X-CSTP-DPD")));
    keepalive = nanos(response.seconds("X-CSTP-Keepalive"));
    rekey = nanos(response.rekeyAfter());
    opened = nowNanos;
    lastReceived = nowNanos;
    lastSent = nowNanos;
  }

  void received(long nowNanos) {
    lastReceived = nowNanos;
    requestPending = false;
    silenceTold = false;
  }

  void sent(long nowNanos) {
    lastSent = nowNanos;
  }

  String silence(long nowNanos) {
    return "nothing received for " + (nowNanos - lastReceived) / 1_000_000_000L + " s";
  }

  long nanosUntilDeadline(long nowNanos) {
    long due = Long.MAX_VALUE;
    if (rekey > 0 && !rekeyTold) {
      due = untilNanos(opened, rekey, nowNanos);
    }
    if (dpd > 0 && !silenceTold) {
      long ask =
          requestPending
              ? untilNanos(lastRequest, dpd / 2, nowNanos)
              : untilNanos(lastReceived, dpd, nowNanos);
      due = Math.min(due, Math.min(ask, untilNanos(lastReceived, 2 * dpd + 1, nowNanos)));
    }
    if (keepalive > 0) {
      due = Math.min(due, untilNanos(lastSent, keepalive, nowNanos));
    }
    return Math.max(0, due);
  }

  /** Compares spans, not instants: the clock may be about to wrap. */
  private static long untilNanos(long since, long span, long nowNanos) {
    return span - (nowNanos - since);
  }

  /** The most important thing that is due; asking marks it as done. */
  Due due(long nowNanos) {
    if (rekey > 0 && !rekeyTold && nowNanos - opened >= rekey) {
      rekeyTold = true;
      return Due.REKEY;
    }
    long silence = nowNanos - lastReceived;
    if (dpd > 0 && !silenceTold && silence > 2 * dpd) {
      silenceTold = true;
      return Due.SILENT;
    }
    if (dpd > 0
        && !silenceTold
        && silence >= dpd
        && (!requestPending || nowNanos - lastRequest >= dpd / 2)) {
      requestPending = true;
      lastRequest = nowNanos;
      return Due.REQUEST;
    }
    return keepalive > 0 && nowNanos - lastSent >= keepalive ? Due.KEEPALIVE : Due.NOTHING;
  }

  private static long nanos(Optional<Duration> duration) {
    return duration.map(Duration::toNanos).orElse(0L);
  }
}

package dev.adit.cli;

import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.tunnel.TunnelEngine.Farewell;
import dev.adit.core.loop.EventLoop;
import dev.adit.core.session.Carrier;
import dev.adit.core.session.SessionStatus;
import dev.adit.core.session.VpnSession;
import java.time.Duration;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Ends a session whose packets do not go as {@code --wait-for} wants within a time. */
final class WaitLimit {
  private final Carrier least;
  private final Duration limit;
  private volatile @Nullable SessionStatus late;

  /**
   * Does not run yet.
   *
   * @param limit zero to wait for ever
   */
  WaitLimit(Carrier least, Duration limit) {
    this.least = least;
    this.limit = limit;
  }

  void start(EventLoop loop, VpnSession session, BooleanSupplier isReady) {
    if (!limit.isZero()) {
      loop.execute(
          () ->
              loop.timer(
                      () -> {
                        if (!isReady.getAsBoolean()) {
                          late = session.status();
                          session.stop(Farewell.LOG_OFF);
                        }
                      })
                  .start(limit.toNanos()));
    }
  }

  /** Throws what is to be said if the time was over. */
  void check() throws VpnException {
    SessionStatus then = late;
    if (then != null) {
      String why = then.whyNotBetter();
      throw new VpnException(
          Kind.UNREACHABLE,
          "packets do not go by %s after %d s (--wait-timeout), but by %s%s"
              .formatted(
                  least.name().toLowerCase(Locale.ROOT),
                  limit.toSeconds(),
                  then.carrier(),
                  why.isEmpty() ? "" : ": " + why));
    }
  }
}

package dev.adit.cli;

import dev.adit.api.auth.HostCheckHelper;
import dev.adit.api.auth.HostCheckRepeat;
import dev.adit.api.auth.HostCheckRequest;
import dev.adit.api.auth.HostCheckResult;
import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.core.auth.TerminalText;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Host checks of one session, by the program that the user names: run to its end, or kept as a
 * helper, and repeated by a thread of its own. Made before the log-in and closed after the session;
 * a new log-in in between replaces helper and repetition.
 */
final class HostChecks implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger("dev.adit.login");

  private final Optional<HostChecker> program;
  private final Optional<Duration> forced;
  private @Nullable HostCheckProcess helper;
  private @Nullable Thread repeater;

  /**
   * None has run yet.
   *
   * @param program {@code --csd-wrapper}
   * @param forced {@code --force-trojan}: the user's own interval
   */
  HostChecks(Optional<HostChecker> program, Optional<Duration> forced) {
    this.program = program;
    this.forced = forced;
  }

  HostCheckResult run(HostCheckRequest request) throws VpnException, InterruptedException {
    HostChecker checker = announced(request);
    HostCheckResult result = checker.check(request);
    if (result.exitCode() != 0) {
      LOG.warn(
          "The program of the host check, {}, ended with exit code {}: {}",
          checker.program(),
          result.exitCode(),
          TerminalText.clean(result.output()).strip());
    }
    return result;
  }

  synchronized HostCheckHelper start(HostCheckRequest request)
      throws VpnException, InterruptedException {
    HostChecker checker = announced(request);
    endHelper();
    HostCheckProcess started = checker.start(request);
    helper = started;
    return started;
  }

  /** From now on, until the next one or {@link #close}. */
  synchronized void repeat(Optional<Duration> wanted, HostCheckRepeat what) {
    endRepeater();
    Optional<Duration> interval = forced.or(() -> wanted);
    if (interval.isEmpty()) {
      return;
    }
    LOG.info("The host check is repeated every {} s.", interval.get().toSeconds());
    Thread thread = new Thread(() -> repeat(interval.get(), what), "host check");
    thread.setDaemon(true);
    thread.start();
    repeater = thread;
  }

  /** Whether something is to be done while the session lasts. */
  synchronized boolean isRepeating() {
    return repeater != null;
  }

  private static void repeat(Duration interval, HostCheckRepeat what) {
    try {
      while (true) {
        Thread.sleep(interval.toMillis());
        try {
          what.check();
          LOG.debug("host check repeated");
        } catch (VpnException e) {
          LOG.warn("The host check could not be repeated: {}", e.getMessage());
        }
      }
    } catch (InterruptedException e) {
      // The session is over, or another log-in has taken its place.
    }
  }

  private HostChecker announced(HostCheckRequest request) throws VpnException {
    String wanted = TerminalText.line(String.join(", ", request.wanted()));
    if (program.isEmpty()) {
      throw new VpnException(
          Kind.HOST_CHECK,
          "the server demands a host check ("
              + wanted
              + "), and no program is named for it: --csd-wrapper CMD");
    }
    LOG.info("The server wants a host check ({}); running {}.", wanted, program.get().program());
    return program.get();
  }

  private void endHelper() {
    if (helper != null) {
      helper.close();
      helper = null;
    }
  }

  private void endRepeater() {
    if (repeater != null) {
      repeater.interrupt();
      repeater = null;
    }
  }

  @Override
  public synchronized void close() {
    endRepeater();
    endHelper();
  }
}

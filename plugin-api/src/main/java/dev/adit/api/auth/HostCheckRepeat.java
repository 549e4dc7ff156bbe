package dev.adit.api.auth;

import dev.adit.api.error.VpnException;

/**
 * What is done each time that a host check is due again: a program run once more, or a word to the
 * helper. Called by a thread of core's, one call at a time, while the session lasts; may block, an
 * interrupt ends it. The log-in is over by then: of its context, only host checks work still.
 */
@FunctionalInterface
public interface HostCheckRepeat {
  /**
   * Checks again.
   *
   * @throws VpnException it failed; the user is warned, the session goes on as long as the server
   *     lets it, and the next call comes when it is due
   */
  void check() throws VpnException, InterruptedException;
}

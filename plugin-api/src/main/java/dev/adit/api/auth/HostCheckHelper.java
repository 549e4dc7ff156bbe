package dev.adit.api.auth;

import dev.adit.api.error.VpnException;
import dev.adit.api.secret.SecretText;
import java.time.Duration;
import java.util.Optional;

/**
 * The user's host-check program while it runs beside us: text both ways, over one stream socket
 * that is its descriptor 0. Core's own: it ends the program with the session, by closing the
 * socket. One thread at a time.
 */
public interface HostCheckHelper {
  /** The longest line that is taken, in bytes. */
  int MAX_LINE_BYTES = 1024;

  /**
   * Sends text as UTF-8; line ends are the caller's. Stays the caller's to close.
   *
   * @throws VpnException of kind {@code HOST_CHECK}: the program has ended, or does not read
   */
  void send(SecretText text) throws VpnException, InterruptedException;

  /**
   * The next line that the program says, without its end (LF or CR LF).
   *
   * @param limit how long to wait for it; zero takes only what is there
   * @return the line, the caller's to close; empty when the time is over
   * @throws VpnException of kind {@code HOST_CHECK}: the program has ended, or its line is longer
   *     than {@link #MAX_LINE_BYTES}
   */
  Optional<SecretText> readLine(Duration limit) throws VpnException, InterruptedException;
}

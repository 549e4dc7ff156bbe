package dev.adit.core.session;

import dev.adit.api.auth.SessionTicket;
import dev.adit.api.error.VpnException;
import dev.adit.api.secret.SecretText;

/** The tickets of a session: the one it has, and another when the server no longer takes it. */
public interface TicketSource {
  /** What the next connection is made with; from any thread, and the source's to close. */
  SessionTicket current();

  /**
   * The server renewed the session's cookie: {@link #current} has it from now on.
   *
   * @param cookie the source's to close
   */
  void cookieRenewed(SecretText cookie);

  /** Whether to ask for another at all. Does not block. */
  boolean isWilling();

  /**
   * Gets another ticket of the same server, which is {@link #current} from then on. Blocks on a
   * thread of its own, while the tunnel's device and the host's network stay as they are; an
   * interrupt ends it.
   *
   * @throws VpnException there is none now; its kind decides whether to try again
   */
  void renew() throws VpnException, InterruptedException;
}

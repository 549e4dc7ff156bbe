package dev.adit.cli;

import dev.adit.api.auth.SessionTicket;
import dev.adit.api.error.AuthenticationException;
import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.secret.SecretText;
import dev.adit.core.session.TicketSource;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * The tickets of one connection, one after the other: the first, and those of further log-ins if
 * the user allowed them ({@code --relogin}). A first one from {@code --cookie-cache} that the
 * server no longer takes is replaced without that: nobody has logged in yet.
 */
final class Tickets implements TicketSource, AutoCloseable {
  /** A session that held so long shows that logging in helps; the count begins anew. */
  private static final Duration HELD = Duration.ofMinutes(1);

  /** How a ticket is got. */
  interface LogIn {
    SessionTicket again() throws VpnException, InterruptedException;
  }

  private final LogIn logIn;
  private final int most;
  private final InstantSource clock;
  private SessionTicket current;
  private boolean cached;
  private int inARow;
  private Instant since;

  /**
   * Begins with a ticket.
   *
   * @param most how many log-ins in a row {@code --relogin} allows, 0 for none
   * @param cached whether the first ticket is one of an earlier process
   */
  Tickets(SessionTicket first, boolean cached, LogIn logIn, int most, InstantSource clock) {
    this.current = first;
    this.cached = cached;
    this.logIn = logIn;
    this.most = most;
    this.clock = clock;
    this.since = clock.instant();
  }

  @Override
  public synchronized SessionTicket current() {
    return current;
  }

  @Override
  public synchronized boolean isWilling() {
    if (clock.instant().isAfter(since.plus(HELD))) {
      inARow = 0;
    }
    return cached || inARow < most;
  }

  @Override
  public void renew() throws VpnException, InterruptedException {
    SessionTicket fresh;
    try {
      fresh = logIn.again();
    } catch (VpnException e) {
      // A server that is down has refused nobody.
      count(e.kind() == Kind.UNREACHABLE ? 0 : 1);
      throw e;
    }
    count(1);
    synchronized (this) {
      if (!sameServer(fresh, current)) {
        String moved = fresh.connectUrl().getAuthority();
        fresh.close();
        throw new AuthenticationException(
            "logging in again led to another server, " + moved + ": begin anew to go there");
      }
      current.close();
      current = fresh;
      since = clock.instant();
    }
  }

  private synchronized void count(int logIns) {
    inARow += cached ? 0 : logIns;
    cached &= logIns == 0;
  }

  @Override
  public synchronized void cookieRenewed(SecretText cookie) {
    SessionTicket before = current;
    current = new SessionTicket(cookie, before.connectUrl(), before.banner());
    before.close();
  }

  private static boolean sameServer(SessionTicket a, SessionTicket b) {
    return a.connectUrl().getHost().equalsIgnoreCase(b.connectUrl().getHost())
        && a.connectUrl().getPort() == b.connectUrl().getPort();
  }

  @Override
  public synchronized void close() {
    current.close();
  }
}

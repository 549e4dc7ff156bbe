package dev.adit.juniper.auth;

import dev.adit.api.auth.AuthContext;
import dev.adit.api.auth.SessionTicket;
import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.http.HttpBody;
import dev.adit.api.http.HttpRequest;
import dev.adit.juniper.SessionCookies;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * {@code GET /dana-na/auth/logout.cgi} with the session's cookies. Nothing inside the tunnel says
 * good-bye, so that without this a session stays on the server and may lock out the next log-in.
 * The answer is ignored, as openconnect 9.01 does; 5 s are enough for it.
 */
public final class LogOut {
  private static final Duration LIMIT = Duration.ofSeconds(5);

  private LogOut() {}

  /** On a fresh connection: that of the tunnel has left HTTP. */
  public static void run(AuthContext context, SessionTicket ticket)
      throws VpnException, InterruptedException {
    run(context, ticket, LIMIT);
  }

  static void run(AuthContext context, SessionTicket ticket, Duration limit)
      throws VpnException, InterruptedException {
    URI url = ticket.connectUrl().resolve("/dana-na/auth/logout.cgi");
    try (SessionCookies cookies = SessionCookies.parse(ticket.cookie())) {
      context.http().dropConnections();
      context.http().setCookie(url, SessionCookies.DSID, cookies.dsid().reveal());
      cookies
          .firstAccess()
          .ifPresent(s -> context.http().setCookie(url, SessionCookies.FIRST_ACCESS, s));
      cookies
          .lastAccess()
          .ifPresent(s -> context.http().setCookie(url, SessionCookies.LAST_ACCESS, s));
    }
    HttpRequest request = HttpRequest.get(url, LoginHttp.headers(context, HttpBody.EMPTY));
    exchange(context, request, limit);
    context.http().dropConnections();
  }

  /** HttpClient knows no limit of ours; the calling thread waits, so that one at a time uses it. */
  private static void exchange(AuthContext context, HttpRequest request, Duration limit)
      throws VpnException, InterruptedException {
    ExecutorService worker =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread thread = new Thread(task, "log-out");
              thread.setDaemon(true);
              return thread;
            });
    try {
      Future<?> answer = worker.submit(() -> context.http().exchange(request));
      answer.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new VpnException(
          Kind.UNREACHABLE,
          request.uri().getHost()
              + " did not answer the log-out within "
              + limit.toSeconds()
              + " s; the session may last on it until it times out",
          e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof VpnException cause) {
        throw cause;
      }
      throw new IllegalStateException("log-out", e.getCause());
    } finally {
      worker.shutdownNow();
    }
  }
}

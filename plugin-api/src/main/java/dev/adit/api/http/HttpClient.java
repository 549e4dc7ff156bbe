package dev.adit.api.http;

import dev.adit.api.error.VpnException;
import dev.adit.api.tunnel.TlsSession;
import java.net.URI;
import java.util.Optional;

/**
 * HTTP/1.1 over core's TLS: keep-alive, proxies, pins, bounded heads and bodies, a redacted dump.
 * Blocking; used by the thread of the log-in alone. It follows no redirect and judges no status:
 * what they mean is the protocol's to say.
 */
public interface HttpClient {
  /** Most bytes of a body; a longer one is a {@link VpnException} that says so. */
  int MAX_BODY_BYTES = 4 << 20;

  /** Most bytes of status line and headers together. */
  int MAX_HEAD_BYTES = 64 << 10;

  /**
   * Sends the request on a kept connection to its host, or a new one, and reads the answer whole.
   * {@code Set-Cookie} is stored for the host, a past date or an empty value deletes.
   *
   * @throws VpnException unreachable, untrusted, not HTTP, or past a limit
   */
  HttpResponse exchange(HttpRequest request) throws VpnException, InterruptedException;

  /** Ends kept connections, so that the next request begins with a fresh TLS handshake. */
  void dropConnections();

  /** Value of a cookie held for the host of that URI. */
  Optional<String> cookie(URI uri, String name);

  /** Stores a cookie for the host of that URI, as if it had sent it; an empty value deletes. */
  void setCookie(URI uri, String name, String value);

  /** Forgets all cookies. */
  void clearCookies();

  /** The TLS connection of the last exchange, if there was one. */
  Optional<TlsSession> tls();
}

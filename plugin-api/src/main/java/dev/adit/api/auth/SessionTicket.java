package dev.adit.api.auth;

import dev.adit.api.secret.SecretText;
import java.net.URI;
import java.util.Optional;

/**
 * What a log-in yields: enough to open a tunnel, here or in another process.
 *
 * @param cookie the session secret in the protocol's own notation, as {@code --authenticate} prints
 *     and {@code --cookie} takes it. Owned by the ticket
 * @param connectUrl where tunnels are opened; redirects may have changed it
 * @param banner text to show once, if the log-in gave one
 */
public record SessionTicket(SecretText cookie, URI connectUrl, Optional<String> banner)
    implements AutoCloseable {
  @Override
  public void close() {
    cookie.close();
  }
}

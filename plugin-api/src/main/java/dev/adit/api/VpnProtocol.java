package dev.adit.api;

import dev.adit.api.auth.AuthContext;
import dev.adit.api.auth.SessionTicket;
import dev.adit.api.error.VpnException;
import dev.adit.api.gateway.GatewayProtocol;
import dev.adit.api.secret.SecretText;
import dev.adit.api.tunnel.TunnelContext;
import dev.adit.api.tunnel.TunnelEngine;
import java.util.Optional;
import org.pf4j.ExtensionPoint;

/** One VPN protocol: the extension that a plugin provides. Stateless; may serve many sessions. */
public interface VpnProtocol extends ExtensionPoint {
  ProtocolInfo info();

  /**
   * Logs in. Runs on a thread of its own and may block; an interrupt ends it.
   *
   * @return what a tunnel is opened with, now or by another process later
   */
  SessionTicket authenticate(AuthContext context) throws VpnException, InterruptedException;

  /**
   * Makes a ticket from text that the user kept ({@code --cookie}), as {@link
   * SessionTicket#cookie()} printed it.
   *
   * @throws VpnException the text is not of the protocol's form
   */
  SessionTicket resume(AuthContext context, SecretText cookie) throws VpnException;

  /** Ends a session by HTTP, for protocols that do not say good-bye inside the tunnel. */
  default void logOut(AuthContext context, SessionTicket ticket)
      throws VpnException, InterruptedException {}

  /** A new engine for one TLS connection; called again for each reconnect and rekey. */
  TunnelEngine tunnel(TunnelContext context);

  /** The server side, if the plugin ships one. */
  default Optional<GatewayProtocol> gateway() {
    return Optional.empty();
  }
}

package dev.adit.api;

import dev.adit.api.auth.AuthContext;
import dev.adit.api.auth.NamedIdentity;
import dev.adit.api.auth.SessionTicket;
import dev.adit.api.error.VpnException;
import dev.adit.api.gateway.GatewayProtocol;
import dev.adit.api.secret.SecretText;
import dev.adit.api.tunnel.TunnelContext;
import dev.adit.api.tunnel.TunnelEngine;
import java.net.URI;
import java.util.List;
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

  /** What clients of this protocol say they are, the likeliest to be let in first. */
  default List<NamedIdentity> identities() {
    return List.of();
  }

  /**
   * Which servers a vendor's profile means by a name ({@code --xmlconfig}).
   *
   * @param profile the file's text
   * @param name what the user calls the server
   * @return log-in URLs, the one that is meant first, then its backups; empty if the profile does
   *     not have the name
   * @throws VpnException the text is no such profile, or the protocol has none
   */
  default List<URI> serversInProfile(String profile, String name) throws VpnException {
    throw new VpnException(
        VpnException.Kind.CONFIGURATION, "--xmlconfig: " + info().id() + " has no such profiles");
  }

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

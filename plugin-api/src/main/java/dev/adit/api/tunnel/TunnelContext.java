package dev.adit.api.tunnel;

import dev.adit.api.PluginContext;
import dev.adit.api.auth.SessionTicket;
import java.util.Optional;

/**
 * What a tunnel engine is made with.
 *
 * @param ticket stays core's; wiped when the session ends, after the engine
 * @param tls the connection that will carry the tunnel, already established
 * @param previous configuration held until now, for a reconnect or rekey: ask for the same
 *     addresses
 */
public record TunnelContext(
    PluginContext plugin,
    SessionTicket ticket,
    TlsSession tls,
    TunnelSettings settings,
    Optional<TunnelConfig> previous) {}

package dev.adit.juniper;

import dev.adit.api.ProtocolInfo;
import dev.adit.api.VpnProtocol;
import dev.adit.api.auth.AuthContext;
import dev.adit.api.auth.SessionTicket;
import dev.adit.api.error.VpnException;
import dev.adit.api.gateway.GatewayProtocol;
import dev.adit.api.secret.SecretText;
import dev.adit.api.tunnel.TunnelContext;
import dev.adit.api.tunnel.TunnelEngine;
import dev.adit.juniper.auth.LogOut;
import dev.adit.juniper.auth.Login;
import dev.adit.juniper.gateway.JuniperGateway;
import dev.adit.juniper.oncp.OncpEngine;
import java.util.List;
import java.util.Optional;
import org.pf4j.Extension;

/** {@code --protocol=juniper}, alias {@code nc}: over TLS, and by ESP in UDP where that works. */
@Extension
public final class JuniperProtocol implements VpnProtocol {
  private static final ProtocolInfo INFO =
      new ProtocolInfo(
          "juniper",
          List.of("nc"),
          "Juniper Network Connect: SA, IVE and Pulse Connect Secure",
          443,
          List.of(),
          List.of());

  @Override
  public ProtocolInfo info() {
    return INFO;
  }

  @Override
  public SessionTicket authenticate(AuthContext context) throws VpnException, InterruptedException {
    return new Login(context).run();
  }

  @Override
  public SessionTicket resume(AuthContext context, SecretText cookie) throws VpnException {
    try (SessionCookies cookies = SessionCookies.parse(cookie)) {
      return new SessionTicket(cookies.toTicket(), context.server(), Optional.empty());
    }
  }

  @Override
  public void logOut(AuthContext context, SessionTicket ticket)
      throws VpnException, InterruptedException {
    LogOut.run(context, ticket);
  }

  @Override
  public TunnelEngine tunnel(TunnelContext context) {
    return new OncpEngine(context);
  }

  @Override
  public Optional<GatewayProtocol> gateway() {
    return Optional.of(new JuniperGateway());
  }
}

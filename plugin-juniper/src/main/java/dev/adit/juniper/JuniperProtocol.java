package dev.adit.juniper;

import dev.adit.api.ProtocolInfo;
import dev.adit.api.VpnProtocol;
import dev.adit.api.auth.AuthContext;
import dev.adit.api.auth.SessionTicket;
import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.secret.SecretText;
import dev.adit.api.tunnel.TunnelContext;
import dev.adit.api.tunnel.TunnelEngine;
import java.util.List;
import org.pf4j.Extension;

/**
 * {@code --protocol=juniper}, alias {@code nc}. Neither log-in nor tunnel is built: a log-in is
 * refused with exit code 13, so that nobody takes the name for the thing.
 */
@Extension
public final class JuniperProtocol implements VpnProtocol {
  private static final ProtocolInfo INFO =
      new ProtocolInfo(
          "juniper",
          List.of("nc"),
          "Juniper Network Connect (not in this version)",
          443,
          List.of(),
          List.of());

  @Override
  public ProtocolInfo info() {
    return INFO;
  }

  @Override
  public SessionTicket authenticate(AuthContext context) throws VpnException {
    throw notBuilt();
  }

  @Override
  public SessionTicket resume(AuthContext context, SecretText cookie) throws VpnException {
    throw notBuilt();
  }

  @Override
  public TunnelEngine tunnel(TunnelContext context) {
    throw new IllegalStateException("no ticket can have been made");
  }

  private static VpnException notBuilt() {
    return new VpnException(
        Kind.CONFIGURATION,
        "--protocol=juniper is not in this version of adit; the plugin only keeps its place");
  }
}

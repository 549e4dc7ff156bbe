package dev.adit.core.session;

import dev.adit.api.error.VpnException;
import dev.adit.api.tunnel.TunnelConfig;
import java.util.Optional;
import java.util.function.Consumer;

/** Makes connections for tunnels. */
interface TunnelDialer {
  /** A connection that is being made. */
  interface Attempt {
    /** Nothing is told any more. */
    void cancel();
  }

  /**
   * Begins a connection. One of the consumers is called on the loop, later, unless it is cancelled.
   *
   * @param held what the server gave before, for the same again
   * @param owner hears of the link once it is started
   * @param connected gets a link that is not started yet
   */
  Attempt dial(
      Optional<TunnelConfig> held,
      TunnelLink.Owner owner,
      Consumer<TunnelLink> connected,
      Consumer<VpnException> failed);
}

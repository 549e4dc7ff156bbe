package dev.adit.core.host;

import dev.adit.api.error.VpnException;
import java.net.InetAddress;

/**
 * What this host does with the tunnel: addresses, routes, name servers. Blocking, but briefly; one
 * thread at a time.
 */
public interface HostNetwork extends AutoCloseable {
  /**
   * Makes the host as wanted, by the difference to what was applied before.
   *
   * @throws VpnException something was refused; what had been changed is undone
   */
  void apply(HostWanted wanted) throws VpnException;

  /**
   * A connection is about to be made to the gateway, perhaps over another link than before, or at
   * another address: packets to it stay outside the tunnel.
   */
  void beforeReconnect(InetAddress gateway);

  /** Undoes everything. */
  @Override
  void close();
}

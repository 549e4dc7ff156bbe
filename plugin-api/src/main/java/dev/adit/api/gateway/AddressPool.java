package dev.adit.api.gateway;

import dev.adit.api.tunnel.IpPrefix;
import java.util.Optional;

/** Tunnel addresses, by session. */
public interface AddressPool {
  /**
   * Addresses of a session: the same for the same key, until it is released.
   *
   * @param key the session
   */
  Lease lease(String key);

  /** Forgets a session, so that it gets other addresses next time. */
  void release(String key);

  /** What one client has. */
  record Lease(Optional<IpPrefix> ipv4, Optional<IpPrefix> ipv6) {}
}

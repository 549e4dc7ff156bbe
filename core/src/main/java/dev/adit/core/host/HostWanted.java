package dev.adit.core.host;

import dev.adit.api.tunnel.TunnelConfig;
import java.net.InetAddress;

/**
 * The wanted whole.
 *
 * @param device name of the interface
 * @param deviceIndex its number
 * @param gateway outer address of the server, which must stay outside the tunnel
 * @param ipv6 what becomes of IPv6 when everything goes through a tunnel that has none
 */
public record HostWanted(
    String device, int deviceIndex, InetAddress gateway, TunnelConfig config, Ipv6Policy ipv6) {
  /** See {@code --ipv6}. */
  public enum Ipv6Policy {
    /** Through the tunnel if it has IPv6, blocked otherwise. */
    TUNNEL,
    /** Never outside, tunnel or not. */
    BLOCK,
    /** As it was. */
    LEAVE
  }

  /** The same with the server at another address. */
  HostWanted towards(InetAddress other) {
    return new HostWanted(device, deviceIndex, other, config, ipv6);
  }
}

package dev.adit.core.ipsec;

import java.net.InetAddress;
import java.util.List;

/**
 * The interface whose packets are meant.
 *
 * @param addresses that the server gave it
 */
public record TunnelDevice(String name, List<InetAddress> addresses) {
  public TunnelDevice {
    addresses = List.copyOf(addresses);
  }
}

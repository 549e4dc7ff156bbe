package dev.adit.core.net;

import java.net.InetAddress;
import java.util.List;

/**
 * Whom to connect to.
 *
 * @param host name or address literal
 * @param pinned addresses to use instead of asking the resolver ({@code --resolve}); empty to ask
 */
public record Target(String host, int port, List<InetAddress> pinned) {
  public Target {
    pinned = List.copyOf(pinned);
  }
}

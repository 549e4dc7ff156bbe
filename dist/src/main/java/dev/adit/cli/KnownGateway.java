package dev.adit.cli;

import dev.adit.api.error.VpnException;
import java.net.InetAddress;
import java.util.List;

/**
 * Where hosts are that need not be looked up: those of {@code --resolve}, and the gateway, once it
 * was reached, since its name may resolve in the tunnel. Written by the session, read by any
 * thread.
 */
final class KnownGateway {
  private record Seen(String name, List<InetAddress> addresses) {}

  private final Choices choices;
  private volatile Seen seen = new Seen("", List.of());

  KnownGateway(Choices choices) {
    this.choices = choices;
  }

  /** It was reached there. */
  void reached(String name, InetAddress address) {
    seen = new Seen(name, List.of(address));
  }

  /** Of a host; empty if it is to be looked up. */
  List<InetAddress> addresses(String host) {
    try {
      List<InetAddress> pinned = choices.pinned(host);
      Seen now = seen;
      return pinned.isEmpty() && now.name().equalsIgnoreCase(host) ? now.addresses() : pinned;
    } catch (VpnException e) {
      throw new IllegalStateException("--resolve was checked before", e);
    }
  }
}

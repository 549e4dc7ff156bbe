package dev.adit.core.host;

import dev.adit.api.tunnel.IpPrefix;
import java.net.InetAddress;
import java.util.Optional;

/**
 * One change of the host's network; {@code toString} is the {@code ip} command that would make it.
 */
sealed interface HostChange {
  /** Whether it outlives the process, and so has to be written down. */
  boolean outlivesDevice();

  /** The device is up, with an MTU. */
  record Link(String device, int index, int mtu) implements HostChange {
    @Override
    public boolean outlivesDevice() {
      return false;
    }

    @Override
    public String toString() {
      return "ip link set dev " + device + " up mtu " + mtu;
    }
  }

  /** An address on the device. */
  record Address(String device, int index, IpPrefix prefix) implements HostChange {
    @Override
    public boolean outlivesDevice() {
      return false;
    }

    @Override
    public String toString() {
      return "ip addr add " + prefix + " dev " + device;
    }
  }

  /** A network through the tunnel. */
  record TunnelRoute(String device, int index, IpPrefix prefix) implements HostChange {
    @Override
    public boolean outlivesDevice() {
      return false;
    }

    @Override
    public String toString() {
      return "ip route add " + prefix + " dev " + device;
    }
  }

  /** A network, or the gateway, outside the tunnel: the way it was before. */
  record OutsideRoute(IpPrefix prefix, int index, Optional<InetAddress> gateway)
      implements HostChange {
    @Override
    public boolean outlivesDevice() {
      return true;
    }

    @Override
    public String toString() {
      return "ip route add "
          + prefix
          + gateway.map(g -> " via " + g.getHostAddress()).orElse("")
          + " dev #"
          + index;
    }
  }

  /** A network that nobody may reach. */
  record Blocked(IpPrefix prefix) implements HostChange {
    @Override
    public boolean outlivesDevice() {
      return true;
    }

    @Override
    public String toString() {
      return "ip route add unreachable " + prefix;
    }
  }
}

package dev.adit.core.session;

import dev.adit.api.PluginContext;
import dev.adit.api.tunnel.TunnelSettings;
import dev.adit.core.host.HostWanted.Ipv6Policy;
import dev.adit.core.net.Target;
import dev.adit.core.transport.TransportTimings;
import java.time.Duration;
import java.util.OptionalInt;

/**
 * How a session behaves.
 *
 * @param target where tunnels are opened
 * @param reconnectTimeout how long a lost connection is sought before giving up
 * @param udpLocalPort {@code --dtls-local-port}
 * @param mss what becomes of the MSS in TCP's SYNs
 */
public record SessionSettings(
    Target target,
    PluginContext plugin,
    TunnelSettings tunnel,
    Ipv6Policy ipv6,
    Duration reconnectTimeout,
    OptionalInt udpLocalPort,
    Mss mss,
    TransportTimings timings) {

  /** The maximum segment size that SYNs announce through the tunnel. */
  public enum Mss {
    AS_ANNOUNCED,
    /** At most what the TUN's MTU holds. */
    CLAMPED
  }
}

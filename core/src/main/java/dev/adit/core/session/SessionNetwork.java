package dev.adit.core.session;

import dev.adit.api.error.VpnException;
import dev.adit.api.packet.PacketBatch;
import dev.adit.api.tunnel.TunnelConfig;
import dev.adit.core.host.HostNetwork;
import dev.adit.core.host.HostWanted;
import dev.adit.core.ipsec.TunnelDevice;
import dev.adit.core.loop.Reactor;
import dev.adit.core.offload.MssClamp;
import dev.adit.core.session.SessionSettings.Mss;
import dev.adit.core.session.VpnSession.DeviceFactory;
import dev.adit.core.sys.SystemCallException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The session's side towards this host: one device from start to end, and the host's network. */
final class SessionNetwork {
  private final Reactor loop;
  private final DeviceFactory devices;
  private final HostNetwork host;
  private final SessionSettings settings;
  private final Runnable readable;
  private @Nullable PacketDevice device;
  private String deviceName = "";
  private Reactor.@Nullable Watch watch;
  private boolean listening;
  private Optional<TunnelConfig> config = Optional.empty();

  /** MTU that the MSS of SYNs is to fit; 0 leaves it alone. */
  private int clampToMtu;

  /**
   * Nothing is changed yet.
   *
   * @param readable called when the device has packets and {@link #listen} allows it
   */
  SessionNetwork(
      Reactor loop,
      DeviceFactory devices,
      HostNetwork host,
      SessionSettings settings,
      Runnable readable) {
    this.loop = loop;
    this.devices = devices;
    this.host = host;
    this.settings = settings;
    this.readable = readable;
  }

  /** What is in force. */
  Optional<TunnelConfig> config() {
    return config;
  }

  /** The device's name; empty before there is one. */
  TunnelDevice device() {
    List<InetAddress> addresses = new ArrayList<>();
    config.flatMap(TunnelConfig::ipv4).ifPresent(a -> addresses.add(a.address()));
    config.flatMap(TunnelConfig::ipv6).ifPresent(a -> addresses.add(a.address()));
    return new TunnelDevice(deviceName, addresses);
  }

  String deviceName() {
    return deviceName;
  }

  /** Number of the device; 0 before there is one. */
  int deviceIndex() {
    return device == null ? 0 : device.index();
  }

  /** Makes the device if there is none, and brings the host's network to what is wanted now. */
  void apply(InetAddress gateway, TunnelConfig now) throws VpnException {
    PacketDevice open = device;
    if (open == null) {
      open = devices.open(now);
      device = open;
      deviceName = open.name();
      watch = loop.register(open.fd(), (in, out) -> readable.run());
    }
    host.apply(new HostWanted(open.name(), open.index(), gateway, now, settings.ipv6()));
    config = Optional.of(now);
    clampToMtu = settings.mss() == Mss.CLAMPED ? now.mtu() : 0;
  }

  /** The way to the gateway is about to be used anew. */
  void beforeReconnect(InetAddress gateway) {
    host.beforeReconnect(gateway);
  }

  /** Says whether packets are wanted: while not, they wait in the kernel's short queue. */
  void listen(boolean wanted) {
    if (watch != null) {
      watch.interest(wanted, false);
    }
    if (wanted && !listening && hasPending()) {
      loop.execute(readable);
    }
    listening = wanted;
  }

  boolean isListening() {
    return listening;
  }

  /** Whether packets wait here, and not in the kernel's queue. */
  boolean hasPending() {
    return device != null && device.hasPending();
  }

  int read(PacketBatch into) throws SystemCallException {
    int n = device == null ? 0 : device.read(into);
    if (clampToMtu > 0) {
      MssClamp.clamp(into, into.count() - n, clampToMtu);
    }
    return n;
  }

  void write(PacketBatch packets) throws SystemCallException {
    if (clampToMtu > 0) {
      MssClamp.clamp(packets, 0, clampToMtu);
    }
    if (device != null) {
      device.write(packets);
    }
  }

  /** Restores the host's network and closes the device. */
  void close() {
    if (watch != null) {
      watch.close();
      watch = null;
    }
    host.close();
    if (device != null) {
      device.close();
      device = null;
    }
  }

  /** Whether programs on this host would notice the difference. */
  static boolean isSame(TunnelConfig a, TunnelConfig b) {
    return a.ipv4().equals(b.ipv4())
        && a.ipv6().equals(b.ipv6())
        && a.splitInclude().equals(b.splitInclude())
        && a.splitExclude().equals(b.splitExclude())
        && a.dns().equals(b.dns())
        && a.mtu() == b.mtu();
  }
}

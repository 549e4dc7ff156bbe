package dev.adit.core.roaming;

import dev.adit.api.error.VpnException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;

/** Sees the host's network, and says when to look again. On the loop alone. */
public interface HostWatch extends AutoCloseable {
  /** What a watch tells. */
  interface Listener {
    /** Links, addresses or routes are not what they were; told once for a burst of changes. */
    void networkChanged();

    /** The machine was suspended for so long. */
    void slept(Duration time);
  }

  /** Begins to tell. */
  void start(Listener listener) throws VpnException;

  /**
   * The way to the gateway as if there were no tunnel.
   *
   * @param tunnel number of the tunnel's interface
   * @return empty if no usable route leads there
   */
  Optional<Way> wayTo(InetAddress gateway, int tunnel) throws VpnException;

  /** Whether this host has that address. */
  boolean hasAddress(InetAddress address) throws VpnException;

  @Override
  void close();

  /** Sees nothing and tells nothing. */
  static HostWatch blind() {
    return new HostWatch() {
      @Override
      public void start(Listener listener) {}

      @Override
      public Optional<Way> wayTo(InetAddress gateway, int tunnel) {
        return Optional.empty();
      }

      @Override
      public boolean hasAddress(InetAddress address) {
        return true;
      }

      @Override
      public void close() {}
    };
  }
}

package dev.adit.core.session;

import dev.adit.api.error.VpnException;
import dev.adit.core.roaming.HostWatch;
import dev.adit.core.roaming.Way;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides what a change of the host's network means for the connection. It is lost when packets to
 * the gateway would leave this host by another way than when it was made, or without the address
 * that it was made from. While there is no way at all nothing is decided: what was there may come
 * back, and the connection with it. Belongs to the loop.
 */
final class Roaming implements HostWatch.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(Roaming.class);

  /** What a session does about it. */
  interface Owner {
    /** The connection in use cannot live on. */
    void wayLost(String why);

    /** The same way is back after there was none: the connection may live, or not. */
    void wayBack();

    /** There is a way again, or another one: it is time to try, if a connection is sought. */
    void wayFound();
  }

  private final HostWatch watch;
  private final Owner owner;
  private int tunnel;
  private @Nullable InetAddress gateway;
  private @Nullable InetAddress local;
  private Optional<Way> way = Optional.empty();
  private boolean missing;

  Roaming(HostWatch watch, Owner owner) {
    this.watch = watch;
    this.owner = owner;
  }

  void start() {
    try {
      watch.start(this);
    } catch (VpnException e) {
      LOG.warn("changes of this host's network are not noticed: {}", e.getMessage());
    }
  }

  /** A connection is up. */
  void connected(InetAddress gateway, InetAddress local, int tunnel) {
    this.gateway = gateway;
    this.local = local;
    this.tunnel = tunnel;
    way = look(gateway);
    missing = false;
  }

  /** The connection is lost. */
  void lost() {
    local = null;
  }

  @Override
  public void networkChanged() {
    InetAddress to = gateway;
    if (to == null) {
      return;
    }
    Optional<Way> before = way;
    Optional<Way> now = look(to);
    if (now.isEmpty()) {
      missing = true;
      return;
    }
    boolean back = missing;
    missing = false;
    way = now;
    InetAddress from = local;
    if (from == null) {
      if (back || !now.equals(before)) {
        owner.wayFound();
      }
    } else if (!now.equals(before)) {
      owner.wayLost("the way to the gateway is now " + now.get());
    } else if (!has(from)) {
      owner.wayLost("this host's address is " + from.getHostAddress() + " no more");
    } else if (back) {
      owner.wayBack();
    }
  }

  @Override
  public void slept(Duration time) {
    if (local == null) {
      owner.wayFound();
    } else {
      owner.wayLost("the machine slept for " + time.toSeconds() + " s");
    }
  }

  void close() {
    watch.close();
  }

  private Optional<Way> look(InetAddress to) {
    try {
      return watch.wayTo(to, tunnel);
    } catch (VpnException e) {
      LOG.warn("{}", e.getMessage());
      return way;
    }
  }

  private boolean has(InetAddress address) {
    try {
      return watch.hasAddress(address);
    } catch (VpnException e) {
      LOG.warn("{}", e.getMessage());
      return true;
    }
  }
}

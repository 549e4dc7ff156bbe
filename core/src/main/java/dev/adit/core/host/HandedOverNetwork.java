package dev.adit.core.host;

import dev.adit.api.error.VpnException;
import java.net.InetAddress;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A network that somebody else undoes from a certain moment on, since we have lost the right to:
 * what was applied stays, what comes later is only told, and the journal is left for recovery.
 */
public final class HandedOverNetwork implements HostNetwork {
  private static final Logger LOG = LoggerFactory.getLogger(HandedOverNetwork.class);

  private final HostNetwork network;
  private Optional<HostWanted> last = Optional.empty();
  private boolean handedOver;

  public HandedOverNetwork(HostNetwork network) {
    this.network = network;
  }

  /** From now on nothing is changed any more. */
  public void handOver() {
    handedOver = true;
  }

  @Override
  public void apply(HostWanted wanted) throws VpnException {
    if (!handedOver) {
      network.apply(wanted);
      last = Optional.of(wanted);
    } else if (!last.equals(Optional.of(wanted))) {
      LOG.warn(
          "The server changed the network, and after --setuid this process may not: addresses,"
              + " routes and name servers stay as they were. Connect anew to have the change.");
      last = Optional.of(wanted);
    }
  }

  @Override
  public void beforeReconnect(InetAddress gateway) {
    if (!handedOver) {
      network.beforeReconnect(gateway);
    }
  }

  @Override
  public void close() {
    if (!handedOver) {
      network.close();
    }
  }
}

package dev.adit.api.gateway;

import dev.adit.api.datagram.DatagramEngine;
import dev.adit.api.datagram.EspOffer;
import dev.adit.api.error.VpnException;

/**
 * ESP in UDP for a gateway, performed by core, so that a plugin needs no cryptography for it.
 * Belongs to the gateway's thread.
 */
@FunctionalInterface
public interface GatewayEsp {
  /**
   * Takes an offer's keys over. It is an offer as the gateway sees it: outbound is what the client
   * receives with. Port and fallback mean nothing here.
   *
   * @throws VpnException if this machine cannot do it; the keys are wiped
   */
  Association associate(EspOffer offer) throws VpnException;

  /** The SAs of one client. */
  interface Association extends AutoCloseable {
    /**
     * Opens and seals; it is never started and has no deadlines. Each probe of the client is a
     * {@link dev.adit.api.datagram.DatagramEvent.ProbeAnswered}, and {@link DatagramEngine#probe}
     * the answer to it.
     */
    DatagramEngine engine();

    /**
     * New keys, for one direction or both: an SA that is offered just as it was goes on counting.
     * What was received with before is received with for a while longer.
     *
     * @throws VpnException if they cannot be used; then they are wiped and the old ones stay in use
     */
    void replace(EspOffer fresh, long nowNanos) throws VpnException;

    /** Wipes all keys. */
    @Override
    void close();
  }
}

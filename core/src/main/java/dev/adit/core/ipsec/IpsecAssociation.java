package dev.adit.core.ipsec;

import dev.adit.api.datagram.DatagramEngine;
import dev.adit.api.datagram.EspOffer;
import dev.adit.api.error.VpnException;
import dev.adit.core.sys.UdpSocket;
import java.util.Optional;

/**
 * The SAs of an offer while they are in use. Outlives sockets: numbers go on when one is replaced,
 * and one engine at a time uses it. Belongs to the session's thread.
 */
public interface IpsecAssociation extends AutoCloseable {
  /**
   * Makes an engine for a new socket, connected to the peer. Closing the engine leaves the SAs;
   * whoever opened the socket closes it, after the engine.
   */
  DatagramEngine open(UdpSocket socket) throws VpnException;

  /**
   * New keys, with their ownership; the engine in use takes them over without loss.
   *
   * @throws VpnException if they cannot be used; then they are wiped and the old ones stay in use
   */
  void replace(EspOffer fresh, long nowNanos) throws VpnException;

  /** The way into the kernel; empty where packets always pass this process. */
  default Optional<KernelOffload> kernel() {
    return Optional.empty();
  }

  /** Wipes all keys. */
  @Override
  void close();
}

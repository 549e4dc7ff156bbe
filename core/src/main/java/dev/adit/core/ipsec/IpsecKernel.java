package dev.adit.core.ipsec;

import dev.adit.api.error.VpnException;
import dev.adit.core.loop.Reactor;
import dev.adit.core.sys.SystemCallException;
import dev.adit.core.xfrm.XfrmEvent;
import java.net.InetAddress;
import java.util.List;
import java.util.function.Consumer;

/** The kernel as far as it is needed for IPsec; tests have one of their own. One thread. */
public interface IpsecKernel extends AutoCloseable {
  /** Asks about links and traffic control. */
  List<byte[]> route(byte[] request, String what) throws SystemCallException;

  /** Asks about SAs and policies. */
  List<byte[]> xfrm(byte[] request, String what) throws SystemCallException;

  /** The same with a request that holds keys, which is wiped. */
  void xfrmSecret(byte[] request, String what) throws SystemCallException;

  /**
   * Sets a switch of the network.
   *
   * @param name as in {@code /proc/sys/net}
   */
  void set(String name, int value) throws VpnException;

  /**
   * Sends an empty UDP datagram from one address to the port discard of another.
   *
   * @return false if there is no route
   */
  boolean discard(InetAddress from, InetAddress to);

  /** Tells of all SAs of this host as they are used, on the loop, until the watch is closed. */
  Reactor.Watch listen(Reactor loop, Consumer<XfrmEvent> events) throws SystemCallException;

  /** Tells that SAs or policies of this host are gone, whosever they were; likewise. */
  Reactor.Watch listenForRemovals(Reactor loop, Runnable gone) throws SystemCallException;

  @Override
  void close();
}

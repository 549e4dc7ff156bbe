package dev.adit.core.ipsec;

import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.core.loop.Reactor;
import dev.adit.core.sys.NetlinkSocket;
import dev.adit.core.sys.SystemCallException;
import dev.adit.core.xfrm.XfrmEvent;
import dev.adit.core.xfrm.XfrmRemoval;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The kernel that runs, in the network namespace of the thread that opened this. */
public final class LinuxIpsecKernel implements IpsecKernel {
  private static final Logger LOG = LoggerFactory.getLogger(LinuxIpsecKernel.class);

  private static final int DISCARD = 9;

  private final NetlinkSocket route;
  private final NetlinkSocket xfrm;

  private LinuxIpsecKernel(NetlinkSocket route, NetlinkSocket xfrm) {
    this.route = route;
    this.xfrm = xfrm;
  }

  /**
   * Opens what is needed; nothing is changed.
   *
   * @throws SystemCallException the kernel has no IPsec
   */
  public static LinuxIpsecKernel open() throws SystemCallException {
    NetlinkSocket route = NetlinkSocket.open(NetlinkSocket.ROUTE, 0);
    try {
      return new LinuxIpsecKernel(route, NetlinkSocket.open(NetlinkSocket.XFRM, 0));
    } catch (SystemCallException e) {
      route.close();
      throw e;
    }
  }

  @Override
  public List<byte[]> route(byte[] request, String what) throws SystemCallException {
    return route.transact(request, what);
  }

  @Override
  public List<byte[]> xfrm(byte[] request, String what) throws SystemCallException {
    return xfrm.transact(request, what);
  }

  @Override
  public void xfrmSecret(byte[] request, String what) throws SystemCallException {
    xfrm.transactSecret(request, what);
  }

  @Override
  public void set(String name, int value) throws VpnException {
    Path file = Path.of("/proc/sys/net", name);
    try {
      Files.writeString(file, value + "\n");
    } catch (IOException e) {
      throw new VpnException(
          Kind.PRIVILEGE,
          file
              + " cannot be set; in a container /proc/sys must be writable, as in a privileged one",
          e);
    }
  }

  @Override
  public boolean discard(InetAddress from, InetAddress to) {
    try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress(from, 0))) {
      socket.send(new DatagramPacket(new byte[0], 0, new InetSocketAddress(to, DISCARD)));
      return true;
    } catch (IOException e) {
      LOG.debug("{}", e.toString());
      return false;
    }
  }

  @Override
  public Reactor.Watch listen(Reactor loop, Consumer<XfrmEvent> events) throws SystemCallException {
    NetlinkSocket socket = NetlinkSocket.open(NetlinkSocket.XFRM, XfrmEvent.GROUP);
    return watch(loop, socket, () -> deliver(socket, events));
  }

  @Override
  public Reactor.Watch listenForRemovals(Reactor loop, Runnable gone) throws SystemCallException {
    NetlinkSocket socket = NetlinkSocket.openForTypes(NetlinkSocket.XFRM, XfrmRemoval.GROUPS);
    return watch(loop, socket, () -> deliver(socket, gone));
  }

  /** Closes the socket with the watch. */
  private static Reactor.Watch watch(Reactor loop, NetlinkSocket socket, Runnable onReadable)
      throws SystemCallException {
    Reactor.Watch watch;
    try {
      watch = loop.register(socket.fd(), (readable, writable) -> onReadable.run());
    } catch (SystemCallException e) {
      socket.close();
      throw e;
    }
    watch.interest(true, false);
    return new Reactor.Watch() {
      private boolean closed;

      @Override
      public void interest(boolean readable, boolean writable) {
        watch.interest(readable, writable);
      }

      @Override
      public void close() {
        if (!closed) {
          closed = true;
          watch.close();
          socket.close();
        }
      }
    };
  }

  private static void deliver(NetlinkSocket socket, Consumer<XfrmEvent> events) {
    try {
      socket.announced().forEach(message -> XfrmEvent.read(message).ifPresent(events));
    } catch (SystemCallException e) {
      // Some were lost; the next ones tell as much.
      LOG.debug("{}", e.getMessage());
    }
  }

  private static void deliver(NetlinkSocket socket, Runnable gone) {
    try {
      if (socket.announcedTypes().stream().noneMatch(XfrmRemoval::is)) {
        return;
      }
    } catch (SystemCallException e) {
      // Among those that were lost may be one.
      LOG.debug("{}", e.getMessage());
    }
    gone.run();
  }

  @Override
  public void close() {
    route.close();
    xfrm.close();
  }
}

package dev.adit.core.sys;

import dev.adit.api.packet.PacketBatch;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.OptionalInt;
import jnr.ffi.Pointer;

/** A connected UDP socket; many datagrams per system call. Fragmentation is off. */
public final class UdpSocket implements AutoCloseable {
  private static final int IP_PMTUDISC_DO = 2;
  private static final int IPPROTO_UDP = 17;
  private static final int UDP_ENCAP = 100;
  private static final int UDP_ENCAP_ESPINUDP = 2;
  static final int BUFFER_BYTES = 1 << 21;

  private final Fd fd;
  private final InetSocketAddress remote;
  private final MessageSlab incoming = new MessageSlab(2048, false);
  private final DatagramSender sender;

  private UdpSocket(Fd fd, InetSocketAddress remote) {
    this.fd = fd;
    this.remote = remote;
    this.sender = new DatagramSender(fd, SocketAddress.words(remote));
  }

  public static UdpSocket connect(InetSocketAddress remote, OptionalInt localPort)
      throws SystemCallException {
    int family = SocketAddress.family(remote);
    Fd fd = Sockets.open(family, Sockets.SOCK_DGRAM, SocketAddress.words(remote));
    try {
      boolean four = family == SocketAddress.AF_INET;
      if (localPort.isPresent()) {
        byte[] any = new byte[four ? 4 : 16];
        Sockets.bind(
            fd, new InetSocketAddress(InetAddress.getByAddress(any), localPort.getAsInt()));
      }
      Sockets.buffers(fd, BUFFER_BYTES);
      Sockets.set(
          fd,
          four ? Sockets.IPPROTO_IP : Sockets.IPPROTO_IPV6,
          four ? Sockets.IP_MTU_DISCOVER : Sockets.IPV6_MTU_DISCOVER,
          IP_PMTUDISC_DO);
      Pointer memory = LibC.allocate(SocketAddress.MAX_BYTES);
      int length = SocketAddress.write(memory, remote);
      if (LibC.C.connect(fd.number(), memory, length) != 0) {
        throw SystemCallException.last("connect", SocketAddress.words(remote));
      }
      return new UdpSocket(fd, remote);
    } catch (SystemCallException e) {
      fd.close();
      throw e;
    } catch (UnknownHostException e) {
      fd.close();
      throw new IllegalStateException(e);
    }
  }

  /**
   * Receives what is there, as far as the batch has room.
   *
   * @return datagrams received, 0 if there are none now
   * @throws SystemCallException ECONNREFUSED if the peer's host said that nobody listens
   */
  public int receive(PacketBatch into) throws SystemCallException {
    int most = Math.min(into.capacity() - into.count(), MessageSlab.MESSAGES);
    if (most == 0) {
      return 0;
    }
    int n = LibC.C.recvmmsg(fd.number(), incoming.headers(), most, Sockets.MSG_DONTWAIT, LibC.NONE);
    if (n < 0) {
      return wouldBlock("recvmmsg");
    }
    for (int i = 0; i < n; i++) {
      incoming.copyTo(into, i);
    }
    return n;
  }

  /**
   * Sends datagrams, beginning with index {@code from}; those of length 0 are passed over.
   *
   * @return index of the first that was not taken, because the socket is full for now
   * @throws SystemCallException EMSGSIZE if some were longer than the path allows, and all others
   *     are sent; ECONNREFUSED if the peer's host said that nobody listens
   */
  public int send(PacketBatch batch, int from) throws SystemCallException {
    return sender.send(batch, from);
  }

  /**
   * Whether the kernel takes ESP that arrives here for itself, udp(7) {@code UDP_ENCAP}; sending
   * stays as it is.
   *
   * @throws SystemCallException the kernel has no IPsec
   */
  public void kernelTakesEsp(boolean wanted) throws SystemCallException {
    Sockets.set(fd, IPPROTO_UDP, UDP_ENCAP, wanted ? UDP_ENCAP_ESPINUDP : 0);
  }

  /** MTU of the path in bytes as the kernel knows it. */
  public int pathMtu() {
    return SocketAddress.family(remote) == SocketAddress.AF_INET
        ? Sockets.get(fd, Sockets.IPPROTO_IP, Sockets.IP_MTU, 1500)
        : Sockets.get(fd, Sockets.IPPROTO_IPV6, Sockets.IPV6_MTU, 1500);
  }

  public InetSocketAddress local() throws SystemCallException {
    return Sockets.local(fd);
  }

  public InetSocketAddress remote() {
    return remote;
  }

  public Fd fd() {
    return fd;
  }

  @Override
  public void close() {
    fd.close();
  }

  private int wouldBlock(String call) throws SystemCallException {
    Errno errno = LibC.errno();
    if (errno == Errno.EAGAIN || errno == Errno.EINTR || errno == Errno.ENOBUFS) {
      return 0;
    }
    throw new SystemCallException(call, SocketAddress.words(remote), errno);
  }
}

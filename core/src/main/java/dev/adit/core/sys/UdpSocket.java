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
  private static final int BUFFER_BYTES = 1 << 21;

  /** A refusal may be about the path's MTU; so many are not. */
  private static final int MOST_REFUSALS = 16;

  private final Fd fd;
  private final InetSocketAddress remote;
  private final MessageSlab incoming = new MessageSlab(2048, false);
  private final OutgoingSlab outgoing = new OutgoingSlab();

  /** Whether many datagrams go to the kernel as one. */
  private boolean joins;

  private int refusals;

  private UdpSocket(Fd fd, InetSocketAddress remote) {
    this.fd = fd;
    this.remote = remote;
    // Since Linux 4.18. An older one would take what is joined for one long datagram.
    this.joins = Sockets.get(fd, IPPROTO_UDP, OutgoingSlab.UDP_SEGMENT, -1) >= 0;
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
      Sockets.set(fd, Sockets.SOL_SOCKET, Sockets.SO_RCVBUF, BUFFER_BYTES);
      Sockets.set(fd, Sockets.SOL_SOCKET, Sockets.SO_SNDBUF, BUFFER_BYTES);
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
    incoming.prepareReceive(most);
    int n =
        LibC.C.recvmmsg(fd.number(), incoming.headers(), most, Sockets.MSG_DONTWAIT, LibC.none());
    if (n < 0) {
      return wouldBlock("recvmmsg");
    }
    for (int i = 0; i < n; i++) {
      incoming.copyTo(into, i);
    }
    return n;
  }

  /**
   * Sends datagrams, beginning with index {@code from}; those of length 0 are passed over. Those of
   * one size that follow each other go to the kernel as one, where it takes them so.
   *
   * @return index of the first that was not taken, because the socket is full for now
   * @throws SystemCallException EMSGSIZE if some were longer than the path allows, and all others
   *     are sent; ECONNREFUSED if the peer's host said that nobody listens
   */
  public int send(PacketBatch batch, int from) throws SystemCallException {
    boolean tooLong = false;
    int refused = -1;
    int apartUntil = 0;
    int next = from;
    while (next < batch.count()) {
      outgoing.clear();
      int end = next;
      for (; end < batch.count(); end++) {
        if (batch.length(end) > OutgoingSlab.MOST_DATAGRAM) {
          tooLong = true;
        } else if (batch.length(end) > 0 && !outgoing.put(batch, end, joins && end >= apartUntil)) {
          break;
        }
      }
      int queued = outgoing.messages();
      int sent =
          queued == 0
              ? 0
              : LibC.C.sendmmsg(fd.number(), outgoing.headers(), queued, Sockets.MSG_NOSIGNAL);
      if (sent > 0 || queued == 0) {
        // Why it stopped half-way is told by the next call, which begins with the culprit.
        next = sent < queued ? outgoing.first(sent) : end;
        continue;
      }
      Errno errno = LibC.errno();
      next = outgoing.first(0);
      if (errno == Errno.EAGAIN || errno == Errno.EINTR) {
        break;
      } else if (errno == Errno.ENOBUFS) {
        // Lost on its way out of this host; the network is allowed to.
        next = outgoing.end(0);
      } else if (outgoing.isJoined(0)) {
        // One by one shows which is to blame. EIO: nothing on the way out makes checksums.
        apartUntil = outgoing.end(0);
        joins = errno != Errno.EIO && ++refusals < MOST_REFUSALS;
      } else if (errno != Errno.EMSGSIZE) {
        throw failure(errno);
      } else if (refused == next) {
        // The first refusal may be an ICMP error about an earlier packet: the same one once more.
        next++;
        tooLong = true;
      } else {
        refused = next;
      }
    }
    if (tooLong) {
      throw failure(Errno.EMSGSIZE);
    }
    return next;
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

  private SystemCallException failure(Errno errno) {
    return new SystemCallException("sendmmsg", SocketAddress.words(remote), errno);
  }
}

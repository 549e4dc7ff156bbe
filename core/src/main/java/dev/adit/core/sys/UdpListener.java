package dev.adit.core.sys;

import dev.adit.api.packet.PacketBatch;
import java.net.InetSocketAddress;
import jnr.ffi.Pointer;

/** A UDP socket that hears everybody. */
public final class UdpListener implements AutoCloseable {
  private final Fd fd;
  private final MessageSlab incoming = new MessageSlab(2048, true);
  private final Pointer address = LibC.allocate(SocketAddress.MAX_BYTES);
  private final Pointer buffer = LibC.allocate(1 << 16);

  private UdpListener(Fd fd) {
    this.fd = fd;
  }

  public static UdpListener bind(InetSocketAddress local) throws SystemCallException {
    Fd fd =
        Sockets.open(SocketAddress.family(local), Sockets.SOCK_DGRAM, SocketAddress.words(local));
    try {
      Sockets.set(fd, Sockets.SOL_SOCKET, Sockets.SO_RCVBUF, 1 << 21);
      if (SocketAddress.family(local) == SocketAddress.AF_INET6) {
        Sockets.set(fd, Sockets.IPPROTO_IPV6, Sockets.IPV6_V6ONLY, 0);
      }
      Sockets.bind(fd, local);
      return new UdpListener(fd);
    } catch (SystemCallException e) {
      fd.close();
      throw e;
    }
  }

  /**
   * Receives what is there, as far as batch and {@code senders} have room.
   *
   * @param senders filled from index 0 for the datagrams of this call
   * @return datagrams received
   */
  public int receive(PacketBatch into, InetSocketAddress[] senders) throws SystemCallException {
    int most =
        Math.min(Math.min(into.capacity() - into.count(), senders.length), MessageSlab.MESSAGES);
    incoming.prepareReceive(most);
    int n =
        LibC.C.recvmmsg(fd.number(), incoming.headers(), most, Sockets.MSG_DONTWAIT, LibC.none());
    if (n < 0) {
      Errno errno = LibC.errno();
      if (errno == Errno.EAGAIN || errno == Errno.EINTR || errno == Errno.ECONNREFUSED) {
        return 0;
      }
      throw new SystemCallException("recvmmsg", SocketAddress.words(local()), errno);
    }
    for (int i = 0; i < n; i++) {
      senders[i] = incoming.sender(i);
      incoming.copyTo(into, i);
    }
    return n;
  }

  /** Sends one datagram; false if the network would not take it. */
  public boolean send(InetSocketAddress to, byte[] bytes, int offset, int length) {
    int addressLength = SocketAddress.write(address, to);
    buffer.put(0, bytes, offset, length);
    return LibC.C.sendto(fd.number(), buffer, length, Sockets.MSG_NOSIGNAL, address, addressLength)
        == length;
  }

  public InetSocketAddress local() throws SystemCallException {
    return Sockets.local(fd);
  }

  public Fd fd() {
    return fd;
  }

  @Override
  public void close() {
    fd.close();
  }
}

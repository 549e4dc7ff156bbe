package dev.adit.core.sys;

import dev.adit.api.packet.PacketBatch;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A UDP socket that hears everybody. */
public final class UdpListener implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(UdpListener.class);

  private final Fd fd;
  private final MessageSlab incoming = new MessageSlab(2048, true);
  private final DatagramSender sender;
  private final PacketBatch pending = new PacketBatch(64, 2048, 0);
  private @Nullable InetSocketAddress target;

  private UdpListener(Fd fd) {
    this.fd = fd;
    this.sender = new DatagramSender(fd, "clients");
  }

  public static UdpListener bind(InetSocketAddress local) throws SystemCallException {
    Fd fd =
        Sockets.open(SocketAddress.family(local), Sockets.SOCK_DGRAM, SocketAddress.words(local));
    try {
      Sockets.buffers(fd, UdpSocket.BUFFER_BYTES);
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
    int n = LibC.C.recvmmsg(fd.number(), incoming.headers(), most, Sockets.MSG_DONTWAIT, LibC.NONE);
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
    incoming.makeRoomForNames(n);
    return n;
  }

  /** Takes a datagram that is to be sent, at the latest by {@link #flush}. */
  public void send(InetSocketAddress to, byte[] bytes, int offset, int length) {
    if (!to.equals(target)) {
      flush();
      target = to;
      sender.to(to);
    }
    if (!pending.append(bytes, offset, length)) {
      flush();
      pending.append(bytes, offset, length);
    }
  }

  /** Sends what was taken; what the network does not take is lost. */
  public void flush() {
    try {
      if (!pending.isEmpty()) {
        sender.send(pending, 0);
      }
    } catch (SystemCallException e) {
      LOG.debug("datagrams are lost: {}", e.getMessage());
    }
    pending.clear();
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

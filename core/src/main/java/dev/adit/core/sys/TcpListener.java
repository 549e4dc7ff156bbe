package dev.adit.core.sys;

import java.net.InetSocketAddress;
import java.util.Optional;
import jnr.ffi.Pointer;

/** Takes TCP connections. */
public final class TcpListener implements AutoCloseable {
  private final Fd fd;
  private final Pointer address = LibC.allocate(SocketAddress.MAX_BYTES + 4);

  private TcpListener(Fd fd) {
    this.fd = fd;
  }

  /** Listens; port 0 takes a free one. An IPv6 wildcard takes IPv4 as well. */
  public static TcpListener listen(InetSocketAddress local, int backlog)
      throws SystemCallException {
    Fd fd =
        Sockets.open(SocketAddress.family(local), Sockets.SOCK_STREAM, SocketAddress.words(local));
    try {
      Sockets.set(fd, Sockets.SOL_SOCKET, Sockets.SO_REUSEADDR, 1);
      if (SocketAddress.family(local) == SocketAddress.AF_INET6) {
        Sockets.set(fd, Sockets.IPPROTO_IPV6, Sockets.IPV6_V6ONLY, 0);
      }
      Sockets.bind(fd, local);
      if (LibC.C.listen(fd.number(), backlog) != 0) {
        throw SystemCallException.last("listen", SocketAddress.words(local));
      }
      return new TcpListener(fd);
    } catch (SystemCallException e) {
      fd.close();
      throw e;
    }
  }

  /** The next connection, if one waits. */
  public Optional<TcpSocket> accept() throws SystemCallException {
    address.putInt(SocketAddress.MAX_BYTES, SocketAddress.MAX_BYTES);
    int client =
        LibC.C.accept4(
            fd.number(),
            address,
            address.slice(SocketAddress.MAX_BYTES),
            Sockets.SOCK_NONBLOCK | Sockets.SOCK_CLOEXEC);
    if (client >= 0) {
      return Optional.of(TcpSocket.accepted(new Fd(client), SocketAddress.read(address, 0)));
    }
    return switch (LibC.errno()) {
      case EAGAIN, EINTR, ECONNABORTED -> Optional.empty();
      default -> throw SystemCallException.last("accept4", SocketAddress.words(local()));
    };
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

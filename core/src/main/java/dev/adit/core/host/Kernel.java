package dev.adit.core.host;

import dev.adit.core.sys.NetlinkSocket;
import dev.adit.core.sys.SystemCallException;
import java.util.List;

/** Who makes the changes: the kernel by netlink, or something scripted in tests. */
interface Kernel extends AutoCloseable {
  /** See {@link NetlinkSocket#transact}. */
  List<byte[]> transact(byte[] request, String what) throws SystemCallException;

  /** See {@link NetlinkSocket#transactAll}. */
  void transactAll(List<byte[]> requests, String what) throws SystemCallException;

  @Override
  void close();

  /** The one that runs. */
  static Kernel open() throws SystemCallException {
    NetlinkSocket socket = NetlinkSocket.open(NetlinkSocket.ROUTE, 0);
    return new Kernel() {
      @Override
      public List<byte[]> transact(byte[] request, String what) throws SystemCallException {
        return socket.transact(request, what);
      }

      @Override
      public void transactAll(List<byte[]> requests, String what) throws SystemCallException {
        socket.transactAll(requests, what);
      }

      @Override
      public void close() {
        socket.close();
      }
    };
  }
}

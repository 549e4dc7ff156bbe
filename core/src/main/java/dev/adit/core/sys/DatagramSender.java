package dev.adit.core.sys;

import dev.adit.api.packet.PacketBatch;
import java.net.InetSocketAddress;
import jnr.ffi.Pointer;

/**
 * Sends on a UDP socket, many datagrams per system call. Those of one size that follow each other
 * go to the kernel as one, where it takes them so.
 */
final class DatagramSender {
  private static final int IPPROTO_UDP = 17;

  /** A refusal may be about the path's MTU; so many are not. */
  private static final int MOST_REFUSALS = 16;

  private final Fd fd;
  private String peer;
  private final OutgoingSlab outgoing = new OutgoingSlab();
  private final Pointer address = LibC.allocate(SocketAddress.MAX_BYTES);

  /** Whether many datagrams go to the kernel as one. */
  private boolean joins;

  private int refusals;

  /**
   * For a socket.
   *
   * @param peer whom it is connected to, for errors
   */
  DatagramSender(Fd fd, String peer) {
    this.fd = fd;
    this.peer = peer;
    // Since Linux 4.18. An older one would take what is joined for one long datagram.
    this.joins = Sockets.get(fd, IPPROTO_UDP, OutgoingSlab.UDP_SEGMENT, -1) >= 0;
  }

  /** What follows is for this peer; for a socket that is not connected. */
  void to(InetSocketAddress remote) {
    peer = SocketAddress.words(remote);
    outgoing.to(address, SocketAddress.write(address, remote));
  }

  /**
   * Sends datagrams, beginning with index {@code from}; those of length 0 are passed over.
   *
   * @return index of the first that was not taken, because the socket is full for now
   * @throws SystemCallException EMSGSIZE if some were longer than the path allows, and all others
   *     are sent; ECONNREFUSED if the peer's host said that nobody listens
   */
  int send(PacketBatch batch, int from) throws SystemCallException {
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

  private SystemCallException failure(Errno errno) {
    return new SystemCallException("sendmmsg", peer, errno);
  }
}

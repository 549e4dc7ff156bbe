package dev.adit.core.sys;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import jnr.ffi.Pointer;

/**
 * A netlink socket, netlink(7). Messages are whole, header included, in the machine's byte order:
 *
 * <pre>
 *   0        4      6       8          12      16
 *   | length | type | flags | sequence | port  | payload
 * </pre>
 */
public final class NetlinkSocket implements AutoCloseable {
  /** Routes, addresses, links, rules. */
  public static final int ROUTE = 0;

  /** Transformation of packets: IPsec. */
  public static final int XFRM = 6;

  private static final int AF_NETLINK = 16;
  private static final int HEADER_BYTES = 16;
  private static final int NLMSG_ERROR = 2;
  private static final int NLMSG_DONE = 3;
  private static final int NLM_F_MULTI = 2;
  private static final int NLM_F_DUMP_INTR = 0x10;
  private static final int NLM_F_ACK = 4;
  private static final int NLM_F_DUMP = 0x300;
  private static final int SLAB_BYTES = 1 << 17;
  private static final int SOL_NETLINK = 270;
  private static final int NETLINK_EXT_ACK = 11;
  private static final int MOST_TRIES = 5;

  /** At once; there may be as many as SAs of others that are flushed. */
  private static final int MOST_TYPES = 1000;

  /**
   * The kernel has answered before a request's send returns, or its answer is lost. What a change
   * waits for, another's lock or a module, it waits for in the send.
   */
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(1);

  private final Fd fd;
  private final Pointer slab = LibC.allocate(SLAB_BYTES);
  private int sequence;

  /** What remains of the datagram read last. */
  private int pendingAt;

  private int pendingEnd;

  /** On a socket that is open; how long an answer may take is for the caller to say. */
  NetlinkSocket(Fd fd, Duration answerLimit) throws SystemCallException {
    this.fd = fd;
    Sockets.receiveLimit(fd, answerLimit);
  }

  /**
   * Opens a socket.
   *
   * @param protocol {@link #ROUTE} or {@link #XFRM}
   * @param groups bits of the multicast groups to hear, 0 for none
   */
  public static NetlinkSocket open(int protocol, int groups) throws SystemCallException {
    return open(protocol, groups, SLAB_BYTES);
  }

  /**
   * Opens a socket that hears of what is announced its kind, by {@link #announcedTypes}, and
   * nothing else: the kernel cuts each message behind its header, so that keys in it, of whomever,
   * never get here.
   *
   * @param groups as with {@link #open}
   */
  public static NetlinkSocket openForTypes(int protocol, int groups) throws SystemCallException {
    return open(protocol, groups, HEADER_BYTES);
  }

  private static NetlinkSocket open(int protocol, int groups, int mostBytes)
      throws SystemCallException {
    int number = LibC.C.socket(AF_NETLINK, Sockets.SOCK_RAW | Sockets.SOCK_CLOEXEC, protocol);
    if (number < 0) {
      throw SystemCallException.last("socket", "netlink protocol " + protocol);
    }
    Fd fd = new Fd(number);
    try {
      if (mostBytes < SLAB_BYTES) {
        Sockets.cutBehind(fd, mostBytes);
      }
    } catch (SystemCallException e) {
      fd.close();
      throw e;
    }
    Pointer address = LibC.allocate(12);
    address.putShort(0, (short) AF_NETLINK);
    address.putInt(8, groups);
    if (LibC.C.bind(fd.number(), address, 12) != 0) {
      fd.close();
      throw SystemCallException.last("bind", "netlink protocol " + protocol);
    }
    try {
      Sockets.set(fd, SOL_NETLINK, NETLINK_EXT_ACK, 1);
      Sockets.set(fd, Sockets.SOL_SOCKET, Sockets.SO_RCVBUF, 1 << 20);
    } catch (SystemCallException e) {
      // Kernels before 4.12 have no extended errors; the plain ones will do.
    }
    try {
      return new NetlinkSocket(fd, ANSWER_LIMIT);
    } catch (SystemCallException e) {
      fd.close();
      throw e;
    }
  }

  /**
   * Sends a request and waits for its whole answer. Sequence number, and the wish for an
   * acknowledgement, are filled in.
   *
   * @param what the request in words, for an error
   * @return the messages of the answer, without the closing one
   * @throws SystemCallException the kernel's refusal; or that its answer is lost, which {@link
   *     SystemCallException#isAnswerLost} tells: then it may have been done
   */
  public List<byte[]> transact(byte[] request, String what) throws SystemCallException {
    ByteBuffer header = ByteBuffer.wrap(request).order(ByteOrder.nativeOrder());
    boolean dump = (header.getShort(6) & NLM_F_DUMP) == NLM_F_DUMP;
    if (!dump) {
      header.putShort(6, (short) (header.getShort(6) | NLM_F_ACK));
    }
    for (int tries = 1; ; tries++) {
      header.putInt(8, ++sequence);
      send(request, what);
      List<byte[]> answer = new ArrayList<>();
      if (collect(answer, sequence, what) || tries == MOST_TRIES) {
        return answer;
      }
    }
  }

  /** {@link #transact} with a request that holds keys: wiped here before this returns. */
  public void transactSecret(byte[] request, String what) throws SystemCallException {
    try {
      transact(request, what);
    } finally {
      Arrays.fill(request, (byte) 0);
      slab.setMemory(0, SLAB_BYTES, (byte) 0);
      forgetPending();
    }
  }

  /**
   * Sends many requests in one go and reads their acknowledgements; the first error is thrown after
   * all are read, or after one is missed.
   */
  public void transactAll(List<byte[]> requests, String what) throws SystemCallException {
    int most = SLAB_BYTES / 4;
    int at = 0;
    while (at < requests.size()) {
      int bytes = 0;
      int first = sequence + 1;
      forgetPending();
      while (at < requests.size()
          && bytes + requests.get(at).length <= most
          && sequence - first < 200) {
        byte[] request = requests.get(at++);
        ByteBuffer header = ByteBuffer.wrap(request).order(ByteOrder.nativeOrder());
        header.putShort(6, (short) (header.getShort(6) | NLM_F_ACK));
        header.putInt(8, ++sequence);
        slab.put(bytes, request, 0, request.length);
        bytes += (request.length + 3) & ~3;
      }
      if (LibC.C.send(fd.number(), slab, bytes, 0) < 0) {
        throw SystemCallException.last("send", what);
      }
      SystemCallException failure = null;
      for (int s = first; s <= sequence; s++) {
        try {
          collect(new ArrayList<>(), s, what);
        } catch (SystemCallException e) {
          failure = failure == null ? e : failure;
          if (e.isAnswerLost()) {
            // Those of the others were passed over meanwhile.
            break;
          }
        }
      }
      if (failure != null) {
        throw failure;
      }
    }
  }

  /**
   * Messages that were announced, for a socket with groups; does not wait.
   *
   * @return empty if there are none now
   * @throws SystemCallException ENOBUFS if some were lost: ask for the whole state again
   */
  public List<byte[]> announced() throws SystemCallException {
    long n = LibC.C.recv(fd.number(), slab, SLAB_BYTES, Sockets.MSG_DONTWAIT);
    if (n < 0) {
      Errno errno = LibC.errno();
      if (errno == Errno.EAGAIN || errno == Errno.EINTR) {
        return List.of();
      }
      throw new SystemCallException("recv", "netlink announcements", errno);
    }
    List<byte[]> messages = new ArrayList<>();
    for (int at = 0; at + HEADER_BYTES <= n; ) {
      int length = slab.getInt(at);
      if (length < HEADER_BYTES || at + length > n) {
        break;
      }
      messages.add(copy(at, length));
      at += (length + 3) & ~3;
    }
    return messages;
  }

  /**
   * Types of the messages that were announced, for a socket of {@link #openForTypes}; does not
   * wait.
   *
   * @throws SystemCallException ENOBUFS if some were lost
   */
  public List<Integer> announcedTypes() throws SystemCallException {
    List<Integer> types = new ArrayList<>();
    while (types.size() < MOST_TYPES) {
      long n = LibC.C.recv(fd.number(), slab, SLAB_BYTES, Sockets.MSG_DONTWAIT);
      if (n >= HEADER_BYTES) {
        types.add(slab.getShort(4) & 0xffff);
        continue;
      }
      Errno errno = n < 0 ? LibC.errno() : Errno.EAGAIN;
      if (errno == Errno.EAGAIN || errno == Errno.EINTR) {
        break;
      }
      throw new SystemCallException("recv", "netlink announcements", errno);
    }
    return types;
  }

  public Fd fd() {
    return fd;
  }

  @Override
  public void close() {
    fd.close();
  }

  /** What is left of an earlier answer lies where the next request is going to be written. */
  private void forgetPending() {
    pendingAt = 0;
    pendingEnd = 0;
  }

  private void send(byte[] request, String what) throws SystemCallException {
    forgetPending();
    slab.put(0, request, 0, request.length);
    if (LibC.C.send(fd.number(), slab, request.length, 0) != request.length) {
      throw SystemCallException.last("send", what);
    }
  }

  /**
   * Returns false if the kernel's state changed in the middle of a dump, which is to be repeated.
   */
  private boolean collect(List<byte[]> answer, int wanted, String what) throws SystemCallException {
    boolean consistent = true;
    while (true) {
      if (pendingAt + HEADER_BYTES > pendingEnd) {
        fill(what);
      }
      int at = pendingAt;
      int length = slab.getInt(at);
      int type = slab.getShort(at + 4) & 0xffff;
      int flags = slab.getShort(at + 6) & 0xffff;
      boolean ours = slab.getInt(at + 8) == wanted;
      if (length < HEADER_BYTES || length > pendingEnd - at) {
        throw SystemCallException.answerLost(what, "it is cut short");
      }
      pendingAt = at + ((length + 3) & ~3);
      if (!ours) {
        continue;
      }
      consistent &= (flags & NLM_F_DUMP_INTR) == 0;
      if (type == NLMSG_DONE) {
        return consistent;
      }
      if (type == NLMSG_ERROR) {
        int error = -slab.getInt(at + HEADER_BYTES);
        if (error != 0) {
          throw new SystemCallException("netlink", what, Errno.of(error));
        }
        return consistent;
      }
      answer.add(copy(at, length));
      if ((flags & NLM_F_MULTI) == 0 && answer.size() > 100_000) {
        return consistent;
      }
    }
  }

  private void fill(String what) throws SystemCallException {
    while (true) {
      long n = LibC.C.recv(fd.number(), slab, SLAB_BYTES, 0);
      if (n >= HEADER_BYTES) {
        pendingAt = 0;
        pendingEnd = (int) n;
        return;
      }
      Errno errno = n < 0 ? LibC.errno() : Errno.EIO;
      if (errno == Errno.EAGAIN) {
        throw SystemCallException.answerLost(what, "there was none in time");
      }
      if (errno == Errno.ENOBUFS) {
        throw SystemCallException.answerLost(what, "there was no memory for it");
      }
      if (errno != Errno.EINTR) {
        throw new SystemCallException("recv", what, errno);
      }
    }
  }

  private byte[] copy(int at, int length) {
    byte[] message = new byte[length];
    slab.get(at, message, 0, length);
    return message;
  }
}

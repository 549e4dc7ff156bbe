package dev.adit.core.sys;

import java.net.InetSocketAddress;
import java.time.Duration;
import jnr.ffi.Pointer;

/** What all sockets have in common. */
final class Sockets {
  static final int SOCK_STREAM = 1;
  static final int SOCK_DGRAM = 2;
  static final int SOCK_RAW = 3;
  static final int SOCK_NONBLOCK = 0x800;
  static final int SOCK_CLOEXEC = 0x80000;
  static final int MSG_DONTWAIT = 0x40;
  static final int MSG_NOSIGNAL = 0x4000;
  static final int SOL_SOCKET = 1;
  static final int SO_REUSEADDR = 2;
  static final int SO_ERROR = 4;
  static final int SO_SNDBUF = 7;
  static final int SO_RCVBUF = 8;
  static final int SO_KEEPALIVE = 9;
  static final int SO_LINGER = 13;
  static final int SO_RCVTIMEO = 20;
  static final int SO_ATTACH_FILTER = 26;
  static final int SO_SNDBUFFORCE = 32;
  static final int SO_RCVBUFFORCE = 33;
  static final int IPPROTO_IP = 0;
  static final int IPPROTO_TCP = 6;
  static final int IPPROTO_IPV6 = 41;
  static final int IPV6_V6ONLY = 26;
  static final int IP_MTU_DISCOVER = 10;
  static final int IP_MTU = 14;
  static final int IPV6_MTU_DISCOVER = 23;
  static final int IPV6_MTU = 24;

  private Sockets() {}

  static Fd open(int family, int type, String object) throws SystemCallException {
    int fd = LibC.C.socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) {
      throw SystemCallException.last("socket", object);
    }
    return new Fd(fd);
  }

  static void set(Fd fd, int level, int name, int value) throws SystemCallException {
    Pointer memory = LibC.allocate(4);
    memory.putInt(0, value);
    if (LibC.C.setsockopt(fd.number(), level, name, memory, 4) != 0) {
      throw SystemCallException.last("setsockopt", "option " + name + " of level " + level);
    }
  }

  /**
   * So many bytes may wait to be sent, and as many to be read: past the host's {@code
   * net.core.rmem_max}, which is a hundred datagrams unless somebody has raised it, where we may;
   * otherwise as far as that allows.
   */
  static void buffers(Fd fd, int bytes) throws SystemCallException {
    buffer(fd, SO_RCVBUFFORCE, SO_RCVBUF, bytes);
    buffer(fd, SO_SNDBUFFORCE, SO_SNDBUF, bytes);
  }

  private static void buffer(Fd fd, int forced, int asked, int bytes) throws SystemCallException {
    try {
      set(fd, SOL_SOCKET, forced, bytes);
    } catch (SystemCallException e) {
      if (e.errno() != Errno.EPERM) {
        throw e;
      }
      set(fd, SOL_SOCKET, asked, bytes);
    }
  }

  /**
   * Of each message the kernel hands out so many bytes: {@code struct sock_fprog} with one {@code
   * struct sock_filter}, {@code BPF_RET | BPF_K}.
   */
  static void cutBehind(Fd fd, int bytes) throws SystemCallException {
    Pointer program = LibC.allocate(24);
    program.putShort(0, (short) 1);
    program.putAddress(8, program.address() + 16);
    program.putShort(16, (short) 0x06);
    program.putInt(20, bytes);
    if (LibC.C.setsockopt(fd.number(), SOL_SOCKET, SO_ATTACH_FILTER, program, 16) != 0) {
      throw SystemCallException.last("setsockopt", "SO_ATTACH_FILTER");
    }
  }

  /** What is received after that fails with EAGAIN. */
  static void receiveLimit(Fd fd, Duration limit) throws SystemCallException {
    Pointer memory = LibC.allocate(16);
    memory.putLong(0, limit.toSeconds());
    memory.putLong(8, limit.toNanosPart() / 1000);
    if (LibC.C.setsockopt(fd.number(), SOL_SOCKET, SO_RCVTIMEO, memory, 16) != 0) {
      throw SystemCallException.last("setsockopt", "SO_RCVTIMEO");
    }
  }

  /** The value, or {@code otherwise} where the kernel has none. */
  static int get(Fd fd, int level, int name, int otherwise) {
    Pointer memory = LibC.allocate(8);
    memory.putInt(4, 4);
    int result = LibC.C.getsockopt(fd.number(), level, name, memory, memory.slice(4));
    return result == 0 ? memory.getInt(0) : otherwise;
  }

  static void bind(Fd fd, InetSocketAddress local) throws SystemCallException {
    Pointer memory = LibC.allocate(SocketAddress.MAX_BYTES);
    int length = SocketAddress.write(memory, local);
    if (LibC.C.bind(fd.number(), memory, length) != 0) {
      throw SystemCallException.last("bind", SocketAddress.words(local));
    }
  }

  static InetSocketAddress local(Fd fd) throws SystemCallException {
    Pointer memory = LibC.allocate(SocketAddress.MAX_BYTES + 4);
    memory.putInt(SocketAddress.MAX_BYTES, SocketAddress.MAX_BYTES);
    if (LibC.C.getsockname(fd.number(), memory, memory.slice(SocketAddress.MAX_BYTES)) != 0) {
      throw SystemCallException.last("getsockname", fd.toString());
    }
    return SocketAddress.read(memory, 0);
  }

  /** What an asynchronous call ended with. */
  static Errno pendingError(Fd fd) {
    int error = get(fd, SOL_SOCKET, SO_ERROR, 0);
    return error == 0 ? Errno.OTHER : Errno.of(error);
  }
}

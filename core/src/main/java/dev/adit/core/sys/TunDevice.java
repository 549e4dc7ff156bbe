package dev.adit.core.sys;

import dev.adit.api.error.VpnException;
import dev.adit.api.packet.PacketBatch;
import java.nio.charset.StandardCharsets;
import jnr.ffi.Pointer;

/**
 * A TUN interface: IP packets without any header. It lives as long as this object; addresses,
 * routes and filters on it vanish with it. See Documentation/networking/tuntap.rst of Linux.
 */
public final class TunDevice implements AutoCloseable {
  /** Longest name of an interface, {@code IFNAMSIZ} less its final zero. */
  public static final int MAX_NAME_BYTES = 15;

  private static final String NODE = "/dev/net/tun";
  private static final int O_RDWR = 2;
  private static final int O_NONBLOCK = 0x800;
  private static final int O_CLOEXEC = 0x80000;
  private static final long TUNSETIFF = 0x400454caL;
  private static final short IFF_TUN = 0x0001;
  private static final short IFF_NO_PI = 0x1000;
  private static final int IFREQ_BYTES = 40;
  private static final int SLAB_BYTES = 1 << 16;

  private final Fd fd;
  private final String name;
  private final int index;
  private final Pointer readSlab = LibC.allocate(SLAB_BYTES);
  private final Pointer writeSlab = LibC.allocate(SLAB_BYTES);

  private TunDevice(Fd fd, String name, int index) {
    this.fd = fd;
    this.name = name;
    this.index = index;
  }

  /**
   * Makes the interface, down and without address.
   *
   * @param wanted its name, or a pattern with {@code %d} for the first free number
   */
  public static TunDevice open(String wanted) throws VpnException {
    byte[] bytes = wanted.getBytes(StandardCharsets.US_ASCII);
    if (bytes.length > MAX_NAME_BYTES || !wanted.matches("[A-Za-z0-9_.%-]+")) {
      throw new VpnException(
          VpnException.Kind.CONFIGURATION,
          "interface name \""
              + wanted
              + "\": at most "
              + MAX_NAME_BYTES
              + " letters, digits, '-', '_' or '.'; choose another with --interface");
    }
    int number = LibC.C.open(NODE, O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (number < 0) {
      throw unavailable(LibC.errno());
    }
    Fd fd = new Fd(number);
    Pointer request = LibC.allocate(IFREQ_BYTES);
    request.put(0, bytes, 0, bytes.length);
    request.putShort(16, (short) (IFF_TUN | IFF_NO_PI));
    if (LibC.C.ioctl(fd.number(), TUNSETIFF, request) != 0) {
      Errno errno = LibC.errno();
      fd.close();
      throw notMade(wanted, errno);
    }
    String name = request.getString(0, 16, StandardCharsets.US_ASCII);
    return new TunDevice(fd, name, LibC.C.if_nametoindex(name));
  }

  public String name() {
    return name;
  }

  /** Number of the interface. */
  public int index() {
    return index;
  }

  public Fd fd() {
    return fd;
  }

  /**
   * Reads packets that the kernel sends, as far as the batch has room.
   *
   * @return packets read, 0 if there are none now
   */
  public int read(PacketBatch into) throws SystemCallException {
    int before = into.count();
    int most = Math.min(into.maxLength(), SLAB_BYTES);
    while (!into.isFull()) {
      long n = LibC.C.read(fd.number(), readSlab, most);
      if (n <= 0) {
        Errno errno = LibC.errno();
        if (errno == Errno.EAGAIN || errno == Errno.EINTR) {
          break;
        }
        throw new SystemCallException(
            "read", name, errno, "the interface was removed or taken down by somebody else");
      }
      readSlab.get(0, into.array(), into.nextOffset(), (int) n);
      into.commit((int) n);
    }
    return into.count() - before;
  }

  /**
   * Hands packets to the kernel, beginning with index {@code from}; those of length 0 are passed
   * over, and those that the kernel does not like (no IP packet, interface down) are dropped.
   *
   * @return index of the first that was not taken, because the queue is full for now
   */
  public int write(PacketBatch packets, int from) throws SystemCallException {
    for (int i = from; i < packets.count(); i++) {
      int length = packets.length(i);
      if (length == 0) {
        continue;
      }
      writeSlab.put(0, packets.array(), packets.offset(i), length);
      if (LibC.C.write(fd.number(), writeSlab, length) < 0) {
        switch (LibC.errno()) {
          case EAGAIN -> {
            return i;
          }
          case EINVAL, EIO, EINTR, ENOBUFS, ENOMEM -> {
            // One packet lost; the network is allowed to.
          }
          default -> throw SystemCallException.last("write", name);
        }
      }
    }
    return packets.count();
  }

  @Override
  public void close() {
    fd.close();
  }

  @Override
  public String toString() {
    return name;
  }

  private static SystemCallException unavailable(Errno errno) {
    return switch (errno) {
      case ENOENT, ENODEV ->
          new SystemCallException(
              "open",
              NODE,
              Errno.EPERM,
              "there is no TUN here: load it with 'modprobe tun', or give the container"
                  + " --device /dev/net/tun");
      case EPERM, EACCES ->
          new SystemCallException(
              "open", NODE, errno, "run as root, or use --script-tun, which needs no TUN");
      default -> new SystemCallException("open", NODE, errno);
    };
  }

  private static SystemCallException notMade(String wanted, Errno errno) {
    String object = "interface " + wanted;
    return switch (errno) {
      case EPERM, EACCES ->
          new SystemCallException(
              "TUNSETIFF", object, errno, "needs CAP_NET_ADMIN: run as root, or use --script-tun");
      case EBUSY ->
          new SystemCallException(
              "TUNSETIFF", object, errno, "choose another name with --interface");
      case EINVAL ->
          new SystemCallException(
              "TUNSETIFF",
              object,
              errno,
              "an interface of another kind has this name: choose another with --interface");
      default -> new SystemCallException("TUNSETIFF", object, errno);
    };
  }
}

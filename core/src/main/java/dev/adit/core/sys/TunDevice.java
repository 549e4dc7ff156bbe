package dev.adit.core.sys;

import dev.adit.api.error.VpnException;
import dev.adit.api.packet.PacketBatch;
import dev.adit.core.offload.AckFilter;
import dev.adit.core.offload.Coalescer;
import dev.adit.core.offload.Segmenter;
import dev.adit.core.offload.VirtioHeader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import jnr.ffi.Pointer;

/**
 * A TUN interface: IP packets without any header. It lives as long as this object; addresses,
 * routes and filters on it vanish with it. See Documentation/networking/tuntap.rst of Linux.
 *
 * <p>Where the kernel agrees ({@code IFF_VNET_HDR}, {@code TUNSETOFFLOAD}), one system call moves
 * up to 64 KB of a flow, which are cut and joined here; where it does not, each call moves one
 * packet.
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
  private static final short IFF_VNET_HDR = 0x4000;
  private static final long TUNSETOFFLOAD = 0x400454d0L;
  private static final long TUN_F_CSUM = 0x01;
  private static final long TUN_F_TSO = 0x02 | 0x04;

  /** For both families; since Linux 6.2. */
  private static final long TUN_F_USO = 0x20 | 0x40;

  private static final int IFREQ_BYTES = 40;
  private static final int SLAB_BYTES = VirtioHeader.BYTES + (1 << 16);

  /** How packets come and go. */
  enum Framing {
    /** One packet for each call. */
    PLAIN,
    /** Behind a virtio header, and perhaps many in one. */
    LARGE
  }

  private final Fd fd;
  private final String name;
  private final int index;
  private final Framing framing;
  private final ByteBuffer readSlab = LibC.buffer(SLAB_BYTES);
  private final ByteBuffer writeSlab = LibC.buffer(SLAB_BYTES);
  private final Pointer readMemory = LibC.pointer(readSlab);
  private final Pointer writeMemory = LibC.pointer(writeSlab);
  private final Segmenter segmenter = new Segmenter(readSlab);
  private final Coalescer coalescer = new Coalescer(writeSlab);

  private TunDevice(Fd fd, String name, int index, Framing framing) {
    this.fd = fd;
    this.name = name;
    this.index = index;
    this.framing = framing;
  }

  /**
   * Makes the interface, down and without address.
   *
   * @param wanted its name, or a pattern with {@code %d} for the first free number
   */
  public static TunDevice open(String wanted) throws VpnException {
    return open(wanted, LibC.C);
  }

  /** The same with somebody else's {@code ioctl}, for tests. */
  static TunDevice open(String wanted, LibC calls) throws VpnException {
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
    Framing framing = Framing.LARGE;
    request.putShort(16, (short) (IFF_TUN | IFF_NO_PI | IFF_VNET_HDR));
    int made = calls.ioctl(fd.number(), TUNSETIFF, request);
    if (made != 0 && LibC.errno() == Errno.EINVAL) {
      framing = Framing.PLAIN;
      request.putShort(16, (short) (IFF_TUN | IFF_NO_PI));
      made = calls.ioctl(fd.number(), TUNSETIFF, request);
    }
    if (made != 0) {
      Errno errno = LibC.errno();
      fd.close();
      throw notMade(wanted, errno);
    }
    if (framing == Framing.LARGE) {
      askForLargePackets(calls, fd);
    }
    String name = request.getString(0, 16, StandardCharsets.US_ASCII);
    return new TunDevice(fd, name, LibC.C.if_nametoindex(name), framing);
  }

  /**
   * A kernel that does not cut UDP may cut TCP; one that does neither gives packets as they are.
   */
  private static void askForLargePackets(LibC calls, Fd fd) {
    for (long wanted : new long[] {TUN_F_CSUM | TUN_F_TSO | TUN_F_USO, TUN_F_CSUM | TUN_F_TSO}) {
      if (calls.ioctl(fd.number(), TUNSETOFFLOAD, Pointer.wrap(LibC.RUNTIME, wanted)) == 0) {
        return;
      }
    }
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

  Framing framing() {
    return framing;
  }

  /**
   * Reads packets that the kernel sends, as far as the batch has room, or to the end of a large
   * one. What was read and has no room is kept: {@link #hasPending}.
   *
   * @return packets read, 0 if there are none now
   */
  public int read(PacketBatch into) throws SystemCallException {
    int before = into.count();
    segmenter.fill(into);
    while (!into.isFull()) {
      int n = read();
      if (n == 0) {
        break;
      }
      if (framing == Framing.PLAIN) {
        int length = n <= into.maxLength() ? n : 0;
        readSlab.get(0, into.array(), into.nextOffset(), length);
        into.commit(length);
        continue;
      }
      segmenter.begin(n);
      segmenter.fill(into);
      if (segmenter.wasLarge()) {
        break;
      }
    }
    return into.count() - before;
  }

  /** Whether packets were read that had no room, so that the descriptor does not tell of them. */
  public boolean hasPending() {
    return !segmenter.isDone();
  }

  /** Bytes that one call gave; 0 if there is nothing now. */
  private int read() throws SystemCallException {
    long n = LibC.C.read(fd.number(), readMemory, SLAB_BYTES);
    if (n > 0) {
      return (int) n;
    }
    Errno errno = LibC.errno();
    if (errno == Errno.EAGAIN || errno == Errno.EINTR) {
      return 0;
    }
    throw new SystemCallException(
        "read", name, errno, "the interface was removed or taken down by somebody else");
  }

  /**
   * Hands packets to the kernel; those of length 0 are passed over, and those that it does not like
   * (no IP packet, interface down) or has no room for are lost. Acknowledgements that {@link
   * AckFilter} finds superfluous are dropped from the batch.
   */
  public void write(PacketBatch packets) throws SystemCallException {
    AckFilter.apply(packets);
    if (framing == Framing.PLAIN) {
      for (int i = 0; i < packets.count(); i++) {
        writeSlab.put(0, packets.array(), packets.offset(i), packets.length(i));
        write(packets.length(i));
      }
      return;
    }
    int first = 0;
    for (int i = 0; i < packets.count(); i++) {
      int length = packets.length(i);
      if (length > 0 && !coalescer.append(packets.array(), packets.offset(i), length)) {
        writeJoined(packets, first, i);
        coalescer.append(packets.array(), packets.offset(i), length);
        first = i;
      }
    }
    writeJoined(packets, first, packets.count());
  }

  /** Writes what was joined from these packets; if the kernel refuses that, one by one. */
  private void writeJoined(PacketBatch packets, int first, int end) throws SystemCallException {
    boolean joined = coalescer.packets() > 1;
    if (write(coalescer.finish()) || !joined) {
      return;
    }
    for (int i = first; i < end; i++) {
      if (packets.length(i) > 0) {
        coalescer.append(packets.array(), packets.offset(i), packets.length(i));
        coalescer.finish();
        write(VirtioHeader.BYTES + packets.length(i));
      }
    }
  }

  /** Returns false if the kernel finds fault with what is written. */
  private boolean write(int length) throws SystemCallException {
    if (length == 0 || LibC.C.write(fd.number(), writeMemory, length) >= 0) {
      return true;
    }
    return switch (LibC.errno()) {
      case EINVAL -> false;
      // Lost; the network is allowed to.
      case EAGAIN, EIO, EINTR, ENOBUFS, ENOMEM -> true;
      default -> throw SystemCallException.last("write", name);
    };
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

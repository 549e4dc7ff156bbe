package dev.adit.core.sys;

import dev.adit.api.packet.PacketBatch;
import jnr.ffi.Pointer;

/**
 * Two ends of a local socket that keeps packets apart, for a program that takes the place of a TUN:
 * what we write is one {@code read} there, and the other way round. See unix(7).
 */
public final class PacketPipe implements AutoCloseable {
  private static final int AF_UNIX = 1;
  private static final int SOCK_DGRAM = 2;
  private static final int SOCK_CLOEXEC = 0x80000;
  private static final int SLAB_BYTES = 1 << 16;

  private final Fd ours;
  private final Fd theirs;
  private final Pointer slab = LibC.allocate(SLAB_BYTES);
  private volatile boolean hungUp;

  private PacketPipe(Fd ours, Fd theirs) {
    this.ours = ours;
    this.theirs = theirs;
  }

  public static PacketPipe open() throws SystemCallException {
    Pointer pair = LibC.allocate(8);
    if (LibC.C.socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, pair) != 0) {
      throw SystemCallException.last("socketpair", "packets for a program");
    }
    return new PacketPipe(new Fd(pair.getInt(0)), new Fd(pair.getInt(4)));
  }

  /** Our end. */
  public Fd fd() {
    return ours;
  }

  /** The program's end, closed by {@link #giveAway} once the program has it. */
  Fd theirs() {
    return theirs;
  }

  /** Forgets the program's end, so that we notice when the program ends. */
  void giveAway() {
    theirs.close();
  }

  /**
   * Reads packets as far as the batch has room.
   *
   * @return packets read, 0 if there are none now
   * @throws SystemCallException the program is gone
   */
  public int read(PacketBatch into) throws SystemCallException {
    int before = into.count();
    int most = Math.min(into.maxLength(), SLAB_BYTES);
    while (!into.isFull()) {
      long n = LibC.C.recv(ours.number(), slab, most, Sockets.MSG_DONTWAIT);
      if (n == 0) {
        throw gone();
      }
      if (n < 0) {
        Errno errno = LibC.errno();
        // A datagram socket that was shut down is readable, with nothing to read.
        if (!hungUp && (errno == Errno.EAGAIN || errno == Errno.EINTR)) {
          break;
        }
        throw gone();
      }
      slab.get(0, into.array(), into.nextOffset(), (int) n);
      into.commit((int) n);
    }
    return into.count() - before;
  }

  /** Writes packets; those that the program is too slow for are lost. */
  public void write(PacketBatch packets) throws SystemCallException {
    for (int i = 0; i < packets.count(); i++) {
      int length = packets.length(i);
      if (length == 0) {
        continue;
      }
      slab.put(0, packets.array(), packets.offset(i), length);
      if (LibC.C.send(ours.number(), slab, length, Sockets.MSG_DONTWAIT) < 0) {
        switch (LibC.errno()) {
          case EAGAIN, EINTR, ENOBUFS, ENOMEM -> {
            // One packet lost; the network is allowed to.
          }
          default -> throw gone();
        }
      }
    }
  }

  /** Makes readers see the end; may be called by any thread. */
  public void hangUp() {
    hungUp = true;
    LibC.C.shutdown(ours.number(), 2);
  }

  @Override
  public void close() {
    ours.close();
    theirs.close();
  }

  private static SystemCallException gone() {
    return new SystemCallException(
        "recv", "the program of --script-tun", Errno.EPIPE, "it ended or closed its descriptor");
  }
}

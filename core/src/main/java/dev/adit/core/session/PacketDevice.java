package dev.adit.core.session;

import dev.adit.api.packet.PacketBatch;
import dev.adit.core.sys.Fd;
import dev.adit.core.sys.SystemCallException;

/** Where inner packets come from and go to: a TUN, or a program. Never blocks. */
public interface PacketDevice extends AutoCloseable {
  String name();

  /** Number of the interface, 0 if it is none. */
  int index();

  /** To be watched for readability. */
  Fd fd();

  /** Reads packets as far as the batch has room; returns how many. */
  int read(PacketBatch into) throws SystemCallException;

  /** Whether {@link #read} left packets behind that the descriptor does not tell of. */
  boolean hasPending();

  /** Writes packets; those that are not taken are lost. */
  void write(PacketBatch packets) throws SystemCallException;

  @Override
  void close();
}

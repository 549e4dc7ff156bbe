package dev.adit.core.session;

import dev.adit.api.packet.PacketBatch;
import dev.adit.core.sys.Fd;
import dev.adit.core.sys.PacketPipe;
import dev.adit.core.sys.SystemCallException;

/** A program in place of a TUN: it needs no privilege, and sees the packets as they are. */
public final class PipePacketDevice implements PacketDevice {
  private final PacketPipe pipe;

  public PipePacketDevice(PacketPipe pipe) {
    this.pipe = pipe;
  }

  @Override
  public String name() {
    return "script-tun";
  }

  @Override
  public int index() {
    return 0;
  }

  @Override
  public Fd fd() {
    return pipe.fd();
  }

  @Override
  public int read(PacketBatch into) throws SystemCallException {
    return pipe.read(into);
  }

  @Override
  public boolean hasPending() {
    return false;
  }

  @Override
  public void write(PacketBatch packets) throws SystemCallException {
    pipe.write(packets);
  }

  @Override
  public void close() {
    pipe.close();
  }
}

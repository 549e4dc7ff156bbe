package dev.adit.core.session;

import dev.adit.api.packet.PacketBatch;
import dev.adit.core.sys.Fd;
import dev.adit.core.sys.SystemCallException;
import dev.adit.core.sys.TunDevice;

/** The kernel's side of the tunnel. */
public final class TunPacketDevice implements PacketDevice {
  private final TunDevice tun;

  public TunPacketDevice(TunDevice tun) {
    this.tun = tun;
  }

  @Override
  public String name() {
    return tun.name();
  }

  @Override
  public int index() {
    return tun.index();
  }

  @Override
  public Fd fd() {
    return tun.fd();
  }

  @Override
  public int read(PacketBatch into) throws SystemCallException {
    return tun.read(into);
  }

  @Override
  public boolean hasPending() {
    return tun.hasPending();
  }

  @Override
  public void write(PacketBatch packets) throws SystemCallException {
    tun.write(packets);
  }

  @Override
  public void close() {
    tun.close();
  }
}

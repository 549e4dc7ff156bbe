package dev.adit.core.ipsec;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** A UDP socket that keeps what is sent, and whether the kernel takes what arrives. */
public final class FakeEspSocket implements EspSocket {
  public final List<byte[]> sent = new ArrayList<>();
  public boolean kernelTakes;
  Runnable beforeKernelTakes = () -> {};
  InetSocketAddress local = new InetSocketAddress("192.0.2.2", 40000);

  /** Has an association use it, as if a session had opened it. */
  public void openOn(IpsecAssociation association) {
    ((KernelAssociation) association).open(this);
  }

  @Override
  public InetSocketAddress local() {
    return local;
  }

  @Override
  public InetSocketAddress remote() {
    return new InetSocketAddress("192.0.2.1", 4500);
  }

  @Override
  public void kernelTakesEsp(boolean wanted) {
    if (wanted) {
      beforeKernelTakes.run();
    }
    kernelTakes = wanted;
  }

  @Override
  public void send(byte[] datagram) {
    sent.add(datagram);
  }
}

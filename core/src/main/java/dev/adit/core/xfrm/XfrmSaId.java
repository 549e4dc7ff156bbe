package dev.adit.core.xfrm;

import java.net.InetAddress;

/**
 * What identifies an ESP SA: the kernel has at most one of each.
 *
 * @param destination outer address of whoever receives with it
 * @param mark of its {@link XfrmScope}
 */
public record XfrmSaId(InetAddress destination, int spi, int mark) {
  @Override
  public String toString() {
    return String.format("ESP SA 0x%08x to %s", spi, destination.getHostAddress());
  }
}

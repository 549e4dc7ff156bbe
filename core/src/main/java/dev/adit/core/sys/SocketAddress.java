package dev.adit.core.sys;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import jnr.ffi.Pointer;

/** {@code sockaddr_in} and {@code sockaddr_in6} in native memory. */
final class SocketAddress {
  static final int AF_INET = 2;
  static final int AF_INET6 = 10;
  static final int MAX_BYTES = 28;

  private SocketAddress() {}

  /** For an error: {@code 192.0.2.1 port 443}. */
  static String words(InetSocketAddress address) {
    return address.getAddress().getHostAddress() + " port " + address.getPort();
  }

  static int family(InetSocketAddress address) {
    return address.getAddress() instanceof Inet6Address ? AF_INET6 : AF_INET;
  }

  /** Writes the address and returns its length in bytes. */
  static int write(Pointer to, InetSocketAddress address) {
    byte[] ip = address.getAddress().getAddress();
    int family = family(address);
    to.putShort(0, (short) family);
    to.putByte(2, (byte) (address.getPort() >> 8));
    to.putByte(3, (byte) address.getPort());
    if (family == AF_INET) {
      to.put(4, ip, 0, 4);
      to.putLong(8, 0);
      return 16;
    }
    to.putInt(4, 0);
    to.put(8, ip, 0, 16);
    to.putInt(24, ((Inet6Address) address.getAddress()).getScopeId());
    return 28;
  }

  static InetSocketAddress read(Pointer from, long at) {
    boolean six = from.getShort(at) == AF_INET6;
    byte[] ip = new byte[six ? 16 : 4];
    from.get(at + (six ? 8 : 4), ip, 0, ip.length);
    int port = (from.getByte(at + 2) & 0xff) << 8 | (from.getByte(at + 3) & 0xff);
    try {
      return new InetSocketAddress(InetAddress.getByAddress(ip), port);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("address of " + ip.length + " bytes", e);
    }
  }
}

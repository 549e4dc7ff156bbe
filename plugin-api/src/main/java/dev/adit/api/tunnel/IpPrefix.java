package dev.adit.api.tunnel;

import dev.adit.api.error.PeerViolationException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * An IP network or an address with its prefix length. Never resolves a name.
 *
 * @param address as given, host bits included
 * @param length 0..32 or 0..128
 */
public record IpPrefix(InetAddress address, int length) {
  private static final Pattern IPV4 = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
  private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");
  private static final Pattern LENGTH = Pattern.compile("[0-9]{1,3}");

  public IpPrefix {
    int bits = address.getAddress().length * 8;
    if (length < 0 || length > bits) {
      throw new IllegalArgumentException("prefix length " + length + " of " + bits);
    }
  }

  /** All of IPv4. */
  public static final IpPrefix ALL_IPV4 = literal("0.0.0.0", 0);

  /** All of IPv6. */
  public static final IpPrefix ALL_IPV6 = literal("::", 0);

  /** Whether this is an IPv4 network. */
  public boolean isIpv4() {
    return address instanceof Inet4Address;
  }

  /** The network: all host bits zero. */
  public IpPrefix network() {
    byte[] bytes = address.getAddress();
    for (int bit = length; bit < bytes.length * 8; bit++) {
      bytes[bit / 8] &= (byte) ~(0x80 >> bit % 8);
    }
    return new IpPrefix(of(bytes), length);
  }

  /** Whether the address lies in this network; false for the other family. */
  public boolean contains(InetAddress other) {
    byte[] theirs = other.getAddress();
    return theirs.length * 8 >= length
        && theirs.length == address.getAddress().length
        && Arrays.equals(
            new IpPrefix(other, length).network().address.getAddress(),
            network().address.getAddress());
  }

  /**
   * Reads {@code ADDRESS}, {@code ADDRESS/LENGTH} or {@code ADDRESS/MASK}; without either the
   * prefix is the whole address.
   *
   * @param field what to call it in an error
   */
  public static IpPrefix parse(String field, String text) throws PeerViolationException {
    int slash = text.indexOf('/');
    InetAddress address = parseAddress(field, slash < 0 ? text : text.substring(0, slash));
    int bits = address.getAddress().length * 8;
    if (slash < 0) {
      return new IpPrefix(address, bits);
    }
    String tail = text.substring(slash + 1);
    if (LENGTH.matcher(tail).matches() && Integer.parseInt(tail) <= bits) {
      return new IpPrefix(address, Integer.parseInt(tail));
    }
    if (IPV4.matcher(tail).matches() && bits == 32) {
      return new IpPrefix(address, maskLength(field, parseAddress(field, tail)));
    }
    throw new PeerViolationException(field, "a prefix length or mask", text);
  }

  /** Reads an address literal; a name is an error, not a look-up. */
  public static InetAddress parseAddress(String field, String text) throws PeerViolationException {
    try {
      if (IPV4.matcher(text).matches()) {
        return InetAddress.getByAddress(octets(text));
      }
      if (IPV6.matcher(text).matches()) {
        // Without brackets the JDK would ask a name server for what only looks like an address.
        return InetAddress.getByName("[" + text + "]");
      }
    } catch (UnknownHostException e) {
      // Said below.
    }
    throw new PeerViolationException(field, "an IP address", text);
  }

  private static byte[] octets(String text) throws UnknownHostException {
    String[] parts = text.split("\\.", -1);
    byte[] octets = new byte[parts.length];
    for (int i = 0; i < octets.length; i++) {
      int octet = Integer.parseInt(parts[i]);
      if (octet > 255) {
        throw new UnknownHostException(text);
      }
      octets[i] = (byte) octet;
    }
    return octets;
  }

  /** Prefix length of an IPv4 netmask; a mask with holes is an error. */
  public static int maskLength(String field, InetAddress mask) throws PeerViolationException {
    byte[] b = mask.getAddress();
    if (b.length == 4) {
      int bits = ByteBuffer.wrap(b).getInt();
      int ones = Integer.numberOfLeadingZeros(~bits);
      if (ones == 32 || bits << ones == 0) {
        return ones;
      }
    }
    throw new PeerViolationException(field, "a contiguous netmask", mask.getHostAddress());
  }

  /** {@code ADDRESS/LENGTH}. */
  @Override
  public String toString() {
    return address.getHostAddress() + "/" + length;
  }

  private static IpPrefix literal(String address, int length) {
    try {
      return new IpPrefix(InetAddress.getByName(address), length);
    } catch (UnknownHostException e) {
      throw new IllegalStateException(address, e);
    }
  }

  private static InetAddress of(byte[] bytes) {
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("address of " + bytes.length + " bytes", e);
    }
  }
}

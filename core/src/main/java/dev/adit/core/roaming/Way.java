package dev.adit.core.roaming;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Optional;

/**
 * How packets to the gateway leave this host.
 *
 * @param device number of the interface
 * @param hop the router, empty on the link itself
 */
public record Way(int device, Optional<InetAddress> hop) {
  /** {@code wlan0 by 192.168.1.1}. */
  @Override
  public String toString() {
    return deviceName() + hop.map(h -> " by " + h.getHostAddress()).orElse("");
  }

  private String deviceName() {
    try {
      NetworkInterface found = NetworkInterface.getByIndex(device);
      return found == null ? "interface " + device : found.getName();
    } catch (SocketException e) {
      return "interface " + device;
    }
  }
}

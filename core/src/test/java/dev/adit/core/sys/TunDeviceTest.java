package dev.adit.core.sys;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.api.packet.PacketBatch;
import dev.adit.api.tunnel.IpPrefix;
import dev.adit.core.rtnetlink.AddressMessage;
import dev.adit.core.rtnetlink.LinkMessage;
import java.lang.reflect.Proxy;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** With a kernel that cuts and joins, with one that refuses to, and with one that knows neither. */
class TunDeviceTest {
  private static final long TUNSETIFF = 0x400454caL;
  private static final long TUNSETOFFLOAD = 0x400454d0L;
  private static final int UDP = 20;

  @ParameterizedTest
  @ValueSource(strings = {"takes all", "takes no UDP", "takes no offload", "takes no header"})
  void carriesPacketsBothWays(String kernel) throws Exception {
    OwnNamespace.run(() -> packetsBothWays(kernel));
  }

  private static void packetsBothWays(String kernel) throws Exception {
    TunDevice tun = TunDevice.open("tt%d", refusing(kernel));
    try (tun;
        DatagramSocket socket = new DatagramSocket(5000)) {
      assertThat(tun.framing())
          .isEqualTo(
              kernel.equals("takes no header") ? TunDevice.Framing.PLAIN : TunDevice.Framing.LARGE);
      up(tun);
      byte[] text = "a packet that goes out and comes back".getBytes(StandardCharsets.US_ASCII);
      socket.send(
          new DatagramPacket(
              text, text.length, new InetSocketAddress(InetAddress.getByName("10.9.0.2"), 6000)));
      PacketBatch packets = new PacketBatch(8, 4096, 64);
      byte[] packet = firstOfIpv4(tun, packets);
      assertThat(Arrays.copyOfRange(packet, UDP + 8, packet.length)).isEqualTo(text);

      // Back where it came from: the checksum is as right as it was.
      turnRound(packet);
      packets.clear();
      packets.append(packet, 0, packet.length);
      tun.write(packets);
      DatagramPacket back = new DatagramPacket(new byte[100], 100);
      socket.setSoTimeout(10_000);
      socket.receive(back);
      assertThat(Arrays.copyOf(back.getData(), back.getLength())).isEqualTo(text);
      assertThat(back.getPort()).isEqualTo(6000);
    }
  }

  @Test
  void garbageIsLostAndNothingElse() throws Exception {
    OwnNamespace.run(TunDeviceTest::writeGarbage);
  }

  private static void writeGarbage() throws Exception {
    try (TunDevice tun = TunDevice.open("tt%d")) {
      up(tun);
      PacketBatch packets = new PacketBatch(2, 100, 0);
      packets.append(new byte[50], 0, 50);
      packets.append(new byte[1], 0, 1);
      tun.write(packets);
    }
  }

  /** Of that kernel's refusals; all else is done. */
  private static LibC refusing(String kernel) {
    return (LibC)
        Proxy.newProxyInstance(
            LibC.class.getClassLoader(),
            new Class<?>[] {LibC.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("ioctl") && refuses(kernel, arguments)) {
                LibC.RUNTIME.setLastError(22);
                return -1;
              }
              return method.invoke(LibC.C, arguments);
            });
  }

  private static boolean refuses(String kernel, Object[] arguments) {
    long request = (long) arguments[1];
    jnr.ffi.Pointer argument = (jnr.ffi.Pointer) arguments[2];
    return switch (kernel) {
      case "takes no UDP" -> request == TUNSETOFFLOAD && (argument.address() & 0x60) != 0;
      case "takes no offload" -> request == TUNSETOFFLOAD;
      case "takes no header" -> request == TUNSETIFF && (argument.getShort(16) & 0x4000) != 0;
      default -> false;
    };
  }

  private static void up(TunDevice tun) throws Exception {
    try (NetlinkSocket netlink = NetlinkSocket.open(NetlinkSocket.ROUTE, 0)) {
      netlink.transact(LinkMessage.up(tun.index(), 1400), "device");
      netlink.transact(
          AddressMessage.add(tun.index(), new IpPrefix(InetAddress.getByName("10.9.0.1"), 24)),
          "address");
    }
  }

  /** The kernel says a few things of its own by IPv6. */
  private static byte[] firstOfIpv4(TunDevice tun, PacketBatch into) throws Exception {
    long end = System.nanoTime() + 10_000_000_000L;
    while (System.nanoTime() - end < 0) {
      into.clear();
      tun.read(into);
      for (int i = 0; i < into.count(); i++) {
        int at = into.offset(i);
        if (into.array()[at] == 0x45) {
          return Arrays.copyOfRange(into.array(), at, at + into.length(i));
        }
      }
      Thread.onSpinWait();
    }
    throw new AssertionError("no packet");
  }

  /** Addresses and ports change places, so that no sum changes. */
  private static void turnRound(byte[] packet) {
    byte[] was = packet.clone();
    System.arraycopy(was, 12, packet, 16, 4);
    System.arraycopy(was, 16, packet, 12, 4);
    System.arraycopy(was, UDP, packet, UDP + 2, 2);
    System.arraycopy(was, UDP + 2, packet, UDP, 2);
  }
}

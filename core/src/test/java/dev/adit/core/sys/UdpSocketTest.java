package dev.adit.core.sys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.adit.api.packet.PacketBatch;
import dev.adit.core.rtnetlink.LinkMessage;
import java.lang.management.ManagementFactory;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Over the loopback device of a namespace of its own. */
class UdpSocketTest {
  private static final int LO = 1;

  private interface Body {
    void run(UdpSocket socket, DatagramSocket peer) throws Exception;
  }

  private static void withSocket(Body body) throws Exception {
    OwnNamespace.run(
        () -> {
          try (NetlinkSocket netlink = NetlinkSocket.open(NetlinkSocket.ROUTE, 0)) {
            netlink.transact(LinkMessage.up(LO, 1500), "lo");
          }
          InetAddress loopback = InetAddress.getLoopbackAddress();
          try (DatagramSocket peer = new DatagramSocket(0, loopback);
              UdpSocket socket =
                  UdpSocket.connect(
                      new InetSocketAddress(loopback, peer.getLocalPort()), OptionalInt.empty())) {
            peer.setReceiveBufferSize(4 << 20);
            peer.setSoTimeout(10_000);
            body.run(socket, peer);
          }
        });
  }

  /** Runs of one size, of a shorter last one, of all sizes; some taken out by an engine. */
  @Test
  void datagramsArriveOneByOneAndInOrder() throws Exception {
    withSocket(UdpSocketTest::sendRuns);
  }

  private static void sendRuns(UdpSocket socket, DatagramSocket peer) throws Exception {
    Random random = new Random(5);
    for (int round = 0; round < 20; round++) {
      PacketBatch batch = new PacketBatch(100, 2048, 0);
      List<byte[]> expected = new ArrayList<>();
      int size = 1;
      for (int i = 0; i < batch.capacity(); i++) {
        size = random.nextInt(10) == 0 ? 1 + random.nextInt(1400) : size;
        byte[] datagram = new byte[size];
        random.nextBytes(datagram);
        batch.append(datagram, 0, size);
        if (random.nextInt(20) == 0) {
          batch.drop(i);
        } else {
          expected.add(datagram);
        }
      }
      assertThat(socket.send(batch, 0)).isEqualTo(batch.count());
      assertThat(receive(peer, expected.size())).containsExactlyElementsOf(expected);
    }
  }

  /** A long one in the middle of a run of its like is told, and keeps none of the others back. */
  @Test
  void whatIsTooLongIsToldAndAllElseIsSent() throws Exception {
    withSocket(UdpSocketTest::sendTooLong);
  }

  private static void sendTooLong(UdpSocket socket, DatagramSocket peer) throws Exception {
    PacketBatch batch = new PacketBatch(60, 2048, 0);
    List<byte[]> expected = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      byte[] datagram = new byte[i / 20 == 1 ? 1490 : 1400];
      datagram[0] = (byte) i;
      batch.append(datagram, 0, datagram.length);
      if (i / 20 != 1) {
        expected.add(datagram);
      }
    }
    assertThatThrownBy(() -> socket.send(batch, 0))
        .isInstanceOfSatisfying(
            SystemCallException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EMSGSIZE));
    assertThat(receive(peer, 40)).containsExactlyElementsOf(expected);
  }

  /** The kernel doubles what it is asked for, for what it keeps beside the bytes: socket(7). */
  @Test
  void buffersAreAsLongAsWantedWhateverTheHostAllowsOthers() throws Exception {
    withSocket(
        (socket, peer) -> {
          for (int name : new int[] {Sockets.SO_RCVBUF, Sockets.SO_SNDBUF}) {
            assertThat(Sockets.get(socket.fd(), Sockets.SOL_SOCKET, name, 0))
                .isEqualTo(2 * UdpSocket.BUFFER_BYTES);
          }
        });
  }

  /** Sending and receiving, batch for batch, as the loop does it. */
  @Test
  void noObjectIsMadeForADatagram() throws Exception {
    withSocket(UdpSocketTest::echo);
  }

  private static void echo(UdpSocket socket, DatagramSocket peer) throws Exception {
    int port = peer.getLocalPort();
    peer.close();
    try (UdpSocket other = UdpSocket.connect(socket.local(), OptionalInt.of(port))) {
      ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
      PacketBatch sent = new PacketBatch(32, 2048, 0);
      for (int i = 0; i < sent.capacity(); i++) {
        sent.append(new byte[1400], 0, 1400);
      }
      PacketBatch received = new PacketBatch(64, 2048, 0);
      long least = Long.MAX_VALUE;
      // The first round loads classes. None of them waits for a compiler to elide something.
      for (int round = 0; round < 5; round++) {
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 500; i++) {
          assertThatAll(socket.send(sent, 0) == sent.count());
          received.clear();
          while (received.count() < sent.count()) {
            other.receive(received);
          }
          assertThatAll(other.receive(received) == 0);
        }
        least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
      }
      assertThat(least).as("bytes for 16 000 datagrams").isZero();
    }
  }

  private static void assertThatAll(boolean isSo) {
    if (!isSo) {
      throw new AssertionError("not all");
    }
  }

  private static List<byte[]> receive(DatagramSocket peer, int count) throws Exception {
    List<byte[]> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      DatagramPacket packet = new DatagramPacket(new byte[2048], 2048);
      peer.receive(packet);
      all.add(Arrays.copyOf(packet.getData(), packet.getLength()));
    }
    return all;
  }
}

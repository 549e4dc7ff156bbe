package dev.adit.core.session;

import dev.adit.api.datagram.DatagramEvent;
import dev.adit.api.datagram.DatagramOutput;
import dev.adit.api.datagram.EspOffer;
import dev.adit.api.datagram.EspOffer.ProbeRule;
import dev.adit.api.datagram.SaParameters;
import dev.adit.api.datagram.SaParameters.EspCipher;
import dev.adit.api.datagram.SaParameters.EspMac;
import dev.adit.api.error.VpnException;
import dev.adit.api.packet.PacketBatch;
import dev.adit.api.secret.SecretBytes;
import dev.adit.core.esp.EspAssociation;
import dev.adit.core.esp.EspEngine;
import dev.adit.core.esp.EspTimers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A gateway's side of ESP on the loopback: answers probes, keeps packets. The keys of a rekey are
 * numbered.
 */
final class EspPeer implements DatagramOutput, AutoCloseable {
  final List<byte[]> received = new CopyOnWriteArrayList<>();
  final List<Integer> ports = new CopyOnWriteArrayList<>();
  private final DatagramSocket socket;
  private final EspAssociation association;
  private final EspEngine engine;
  private final Thread thread;
  private SocketAddress client = new InetSocketAddress(0);
  private boolean probed;
  private byte[] last = {};

  EspPeer() throws IOException, VpnException {
    socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
    association = new EspAssociation(offer(2, 1), EspAssociation.GRACE, new SecureRandom());
    engine = new EspEngine(association, EspTimers.DEFAULT);
    thread = new Thread(this::run, "esp-peer");
    thread.setDaemon(true);
    thread.start();
  }

  /** What the client is offered; a rekey adds 10 to both. */
  EspOffer offer(int outboundKeys, int inboundKeys) {
    return new EspOffer(
        "ESP",
        socket.getLocalPort(),
        sa(outboundKeys),
        sa(inboundKeys),
        new ProbeRule("00", 4),
        Duration.ofSeconds(60));
  }

  synchronized void rekey(int outboundKeys, int inboundKeys) throws VpnException {
    association.replace(offer(outboundKeys, inboundKeys), System.nanoTime());
  }

  synchronized void sendPacket(byte[] packet) {
    PacketBatch one = new PacketBatch(1, 2048, 64);
    one.append(packet, 0, packet.length);
    engine.seal(one, System.nanoTime(), this);
    send(one.array(), one.offset(0), one.length(0));
  }

  /** So many that never arrive. */
  synchronized void losePackets(int count) {
    for (int i = 0; i < count; i++) {
      PacketBatch one = new PacketBatch(1, 2048, 64);
      one.append(new byte[] {0x45, 0, 0, 20}, 0, 4);
      engine.seal(one, System.nanoTime(), this);
    }
  }

  /** What was sent last, again. */
  synchronized void repeatLast(int times) {
    for (int i = 0; i < times; i++) {
      byte[] again = last;
      send(again, 0, again.length);
    }
  }

  @Override
  public void send(byte[] bytes, int offset, int length) {
    last = Arrays.copyOfRange(bytes, offset, offset + length);
    try {
      socket.send(new DatagramPacket(bytes, offset, length, client));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void event(DatagramEvent event) {
    probed |= event instanceof DatagramEvent.ProbeAnswered;
  }

  @Override
  public void close() {
    socket.close();
  }

  private void run() {
    DatagramPacket datagram = new DatagramPacket(new byte[2048], 2048);
    try {
      while (true) {
        datagram.setLength(2048);
        socket.receive(datagram);
        take(datagram);
      }
    } catch (IOException e) {
      // The socket was closed.
    }
  }

  private synchronized void take(DatagramPacket datagram) {
    client = datagram.getSocketAddress();
    ports.add(datagram.getPort());
    PacketBatch in = new PacketBatch(1, 2048, 0);
    PacketBatch packets = new PacketBatch(1, 2048, 0);
    in.append(datagram.getData(), 0, datagram.getLength());
    engine.open(in, System.nanoTime(), packets, this);
    for (int i = 0; i < packets.count(); i++) {
      int at = packets.offset(i);
      received.add(Arrays.copyOfRange(packets.array(), at, at + packets.length(i)));
    }
    if (probed) {
      probed = false;
      engine.probe(0, System.nanoTime(), this);
    }
  }

  private static SaParameters sa(int keys) {
    byte[] bytes = new byte[36];
    new Random(keys).nextBytes(bytes);
    return new SaParameters(
        0x1000 + keys,
        EspCipher.AES_128_CBC,
        SecretBytes.copyOf(bytes, 0, 16),
        EspMac.HMAC_SHA1_96,
        SecretBytes.copyOf(bytes, 16, 20),
        0,
        64);
  }
}

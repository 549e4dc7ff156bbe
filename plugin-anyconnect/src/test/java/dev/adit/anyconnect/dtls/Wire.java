package dev.adit.anyconnect.dtls;

import dev.adit.anyconnect.dtls.DtlsParameters.Form;
import dev.adit.api.datagram.DatagramEngine;
import dev.adit.api.datagram.DatagramEvent;
import dev.adit.api.datagram.DatagramOutput;
import dev.adit.api.packet.PacketBatch;
import dev.adit.api.secret.SecretBytes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Two engines and the datagrams between them; time passes only when told. */
final class Wire {
  /** One side. */
  final class End implements DatagramOutput {
    final DatagramEngine engine;
    final List<DatagramEvent> events = new ArrayList<>();
    final List<byte[]> received = new ArrayList<>();
    final Deque<byte[]> sent = new ArrayDeque<>();

    /** Decides which datagrams of this side are lost. */
    Predicate<byte[]> loses = d -> false;

    private final PacketBatch in = new PacketBatch(1, 4096, 0);
    private final PacketBatch packets = new PacketBatch(8, 4096, 0);

    private End(DatagramEngine engine) {
      this.engine = engine;
    }

    @Override
    public void send(byte[] bytes, int offset, int length) {
      sent.add(Arrays.copyOfRange(bytes, offset, offset + length));
    }

    @Override
    public void event(DatagramEvent event) {
      events.add(event);
    }

    boolean isReady() {
      return events.stream().anyMatch(DatagramEvent.Ready.class::isInstance);
    }

    void sendPacket(byte[] packet) {
      PacketBatch batch = new PacketBatch(1, 4096, 64);
      batch.append(packet, 0, packet.length);
      engine.seal(batch, now, this);
      send(batch.array(), batch.offset(0), batch.length(0));
    }

    void deliver(byte[] datagram) {
      in.clear();
      packets.clear();
      in.append(datagram, 0, datagram.length);
      engine.open(in, now, packets, this);
      for (int i = 0; i < packets.count(); i++) {
        int from = packets.offset(i);
        received.add(Arrays.copyOfRange(packets.array(), from, from + packets.length(i)));
      }
    }
  }

  final End client;
  final End server;
  long now = 1_000_000_000_000L;

  Wire(DatagramEngine client, DatagramEngine server) {
    this.client = new End(client);
    this.server = new End(server);
  }

  /** Two ends of an association by a suite, the same each time, whose engines have no timers. */
  static Wire of(Suite suite) {
    byte[] secret = new byte[48];
    DtlsParameters parameters =
        new DtlsParameters(
            form(suite), List.of(suite), new byte[32], () -> SecretBytes.owning(secret.clone()));
    DtlsTimers quiet = new DtlsTimers(0, 0, 0);
    return new Wire(
        DtlsEngine.client(parameters, quiet, new FixedRandom("01"), Optional.empty()),
        DtlsEngine.server(parameters, quiet, new FixedRandom("02"), Optional.empty()));
  }

  /** A form of DTLS that has the suite. */
  static Form form(Suite suite) {
    return suite.isPsk()
        ? Form.PSK_NEGOTIATE
        : suite.macKeyBytes() > 0 ? Form.PRE_RFC : Form.RESUMPTION;
  }

  void start() {
    server.engine.start(now, server);
    client.engine.start(now, client);
    settle();
  }

  /** Carries datagrams to and fro until there are none. */
  void settle() {
    while (!client.sent.isEmpty() || !server.sent.isEmpty()) {
      move(client, server);
      move(server, client);
    }
  }

  /** Lets time pass, deadline by deadline. */
  void advance(long nanos) {
    long end = now + nanos;
    while (true) {
      long step =
          Math.min(client.engine.nanosUntilDeadline(now), server.engine.nanosUntilDeadline(now));
      if (step > end - now) {
        now = end;
        return;
      }
      now += step;
      if (client.engine.nanosUntilDeadline(now) == 0) {
        client.engine.onDeadline(now, client);
      }
      if (server.engine.nanosUntilDeadline(now) == 0) {
        server.engine.onDeadline(now, server);
      }
      settle();
    }
  }

  private static void move(End from, End to) {
    byte[] datagram = from.sent.poll();
    if (datagram != null && !from.loses.test(datagram)) {
      to.deliver(datagram);
    }
  }
}

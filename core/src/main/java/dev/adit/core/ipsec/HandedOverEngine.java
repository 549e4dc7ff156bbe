package dev.adit.core.ipsec;

import dev.adit.api.datagram.DatagramEngine;
import dev.adit.api.datagram.DatagramOutput;
import dev.adit.api.datagram.DropCounts;
import dev.adit.api.packet.PacketBatch;
import dev.adit.core.esp.EspEngine;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * ESP's engine on a socket, which is silent while the kernel has the SAs: it then seals nothing and
 * keeps no time, opens what was queued before the kernel took over, and leaves asking for a sign of
 * life to {@link KernelSas}.
 */
final class HandedOverEngine implements DatagramEngine {
  private final EspEngine engine;
  private final Supplier<Optional<KernelSas>> kernel;
  private final Runnable takeBack;

  HandedOverEngine(EspEngine engine, Supplier<Optional<KernelSas>> kernel, Runnable takeBack) {
    this.engine = engine;
    this.kernel = kernel;
    this.takeBack = takeBack;
  }

  @Override
  public int headroom() {
    return engine.headroom();
  }

  @Override
  public int tailroom() {
    return engine.tailroom();
  }

  @Override
  public int maxPacket(int udpPayloadBytes) {
    return engine.maxPacket(udpPayloadBytes);
  }

  @Override
  public void start(long nowNanos, DatagramOutput out) {
    engine.start(nowNanos, out);
  }

  @Override
  public void open(PacketBatch datagrams, long nowNanos, PacketBatch packets, DatagramOutput out) {
    engine.open(datagrams, nowNanos, packets, out);
  }

  @Override
  public void seal(PacketBatch packets, long nowNanos, DatagramOutput out) {
    if (kernel.get().isPresent()) {
      throw new IllegalStateException("the kernel has the numbers");
    }
    engine.seal(packets, nowNanos, out);
  }

  @Override
  public void probe(int packetBytes, long nowNanos, DatagramOutput out) {
    Optional<KernelSas> handedOver = kernel.get();
    if (handedOver.isPresent()) {
      handedOver.get().ask();
    } else {
      engine.probe(packetBytes, nowNanos, out);
    }
  }

  @Override
  public long nanosUntilDeadline(long nowNanos) {
    return kernel.get().isPresent() ? Long.MAX_VALUE : engine.nanosUntilDeadline(nowNanos);
  }

  @Override
  public void onDeadline(long nowNanos, DatagramOutput out) {
    if (kernel.get().isEmpty()) {
      engine.onDeadline(nowNanos, out);
    }
  }

  @Override
  public long lost() {
    return engine.lost();
  }

  @Override
  public DropCounts drops() {
    return engine.drops();
  }

  @Override
  public void close() {
    takeBack.run();
    engine.close();
  }
}

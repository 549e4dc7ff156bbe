package dev.adit.anyconnect.cstp;

import dev.adit.api.packet.PacketBatch;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** A batch framed, and framed and received, by CSTP; the packets are put into it each time. */
@State(Scope.Thread)
public class CstpMicro {
  private static final int LENGTH = 1400;

  @Param({"1", "64"})
  public int batch;

  private final Tunnel tunnel = Tunnel.open();
  private final PacketBatch framed = new PacketBatch(64, 2048, 64);
  private final PacketBatch received = new PacketBatch(64, 2048, 0);
  private final byte[] packet = new byte[LENGTH];

  @Benchmark
  public int frame() {
    framed.clear();
    for (int i = 0; i < batch; i++) {
      framed.append(packet, 0, LENGTH);
    }
    tunnel.engine.frame(framed, 0);
    return framed.count();
  }

  @Benchmark
  public int frameAndReceive() {
    frame();
    received.clear();
    for (int i = 0; i < batch; i++) {
      tunnel.engine.receive(
          framed.array(), framed.offset(i), framed.length(i), 0, received, tunnel);
    }
    if (received.count() != batch) {
      throw new IllegalStateException(received.count() + " of " + batch + " were received");
    }
    return received.count();
  }
}

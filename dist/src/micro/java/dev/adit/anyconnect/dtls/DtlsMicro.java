package dev.adit.anyconnect.dtls;

import dev.adit.api.packet.PacketBatch;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** A batch sealed, and sealed and opened, by DTLS; the packets are put into it each time. */
@State(Scope.Thread)
public class DtlsMicro {
  private static final int LENGTH = 1400;

  @Param({"AES-256-GCM", "ChaCha20", "AES-256-CBC+SHA1"})
  public String cipher;

  @Param({"1", "64"})
  public int batch;

  private final PacketBatch wire = new PacketBatch(64, 2048, 64);
  private final PacketBatch opened = new PacketBatch(64, 2048, 0);
  private final byte[] packet = new byte[LENGTH];
  private Wire ends;

  @Setup
  public void shakeHands() {
    Suite suite =
        switch (cipher) {
          case "AES-256-GCM" -> Suite.RSA_AES_256_GCM;
          case "ChaCha20" -> Suite.PSK_CHACHA20_POLY1305;
          default -> Suite.RSA_AES_256_SHA;
        };
    ends = Wire.of(suite);
    ends.start();
  }

  @Benchmark
  public int seal() {
    wire.clear();
    for (int i = 0; i < batch; i++) {
      wire.append(packet, 0, LENGTH);
    }
    ends.client.engine.seal(wire, ends.now, ends.client);
    return wire.count();
  }

  @Benchmark
  public int sealAndOpen() {
    seal();
    opened.clear();
    ends.server.engine.open(wire, ends.now, opened, ends.server);
    if (opened.count() != batch) {
      throw new IllegalStateException(opened.count() + " of " + batch + " were opened");
    }
    return opened.count();
  }
}

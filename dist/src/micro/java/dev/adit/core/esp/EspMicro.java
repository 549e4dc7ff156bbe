package dev.adit.core.esp;

import dev.adit.api.datagram.SaParameters.EspCipher;
import dev.adit.api.datagram.SaParameters.EspMac;
import dev.adit.api.packet.PacketBatch;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** A batch sealed, and sealed and opened, by ESP; the packets are put into it each time. */
@State(Scope.Thread)
public class EspMicro {
  private static final int LENGTH = 1400;

  @Param({"AES-128+SHA1", "AES-128+MD5", "AES-256+SHA256"})
  public String suite;

  @Param({"1", "64"})
  public int batch;

  private final EspFixtures.Said said = new EspFixtures.Said();
  private final PacketBatch wire = new PacketBatch(64, 2048, 64);
  private final PacketBatch opened = new PacketBatch(64, 2048, 0);
  private final byte[] packet = EspFixtures.ipv4(LENGTH, 1);
  private EspEngine sender;
  private EspEngine receiver;

  @Setup
  public void associate() {
    EspCipher cipher = suite.startsWith("AES-256") ? EspCipher.AES_256_CBC : EspCipher.AES_128_CBC;
    EspMac mac =
        suite.endsWith("SHA256")
            ? EspMac.HMAC_SHA256_128
            : suite.endsWith("SHA1") ? EspMac.HMAC_SHA1_96 : EspMac.HMAC_MD5_96;
    NaiveEsp sa = NaiveEsp.random(cipher, mac, 5);
    sender = engine(sa, EspFixtures.naive(1));
    receiver = engine(EspFixtures.naive(2), sa);
  }

  private static EspEngine engine(NaiveEsp outbound, NaiveEsp inbound) {
    return new EspEngine(
        EspFixtures.association(EspFixtures.offer(outbound, inbound)), EspTimers.DEFAULT);
  }

  @Benchmark
  public int seal() {
    wire.clear();
    for (int i = 0; i < batch; i++) {
      wire.append(packet, 0, LENGTH);
    }
    sender.seal(wire, 0, said);
    return wire.count();
  }

  @Benchmark
  public int sealAndOpen() {
    seal();
    opened.clear();
    receiver.open(wire, 0, opened, said);
    if (opened.count() != batch) {
      throw new IllegalStateException(opened.count() + " of " + batch + " were opened");
    }
    return opened.count();
  }
}

package dev.adit.core.esp;

import static dev.adit.core.esp.EspFixtures.ipv4;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.adit.api.datagram.SaParameters.EspCipher;
import dev.adit.api.datagram.SaParameters.EspMac;
import dev.adit.api.packet.PacketBatch;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What a packet costs in garbage. All of it is the JCE's: {@code Mac.doFinal} makes the digest in a
 * new array. Measured on OpenJDK 17.0.15, bytes per packet, sealing as well as opening: MD5 32,
 * SHA-1 40, SHA-256 48. A packet copied by the cipher would be 1400 more.
 */
class EspCostTest {
  private static final int PACKETS = 100_000;
  private static final int BATCH = 50;
  private static final int LENGTH = 1400;

  /** Ceilings leave room for a second digest, as another JDK may make, and for no more. */
  @ParameterizedTest
  @CsvSource({
    "AES_128_CBC, HMAC_MD5_96, 64",
    "AES_128_CBC, HMAC_SHA1_96, 80",
    "AES_256_CBC, HMAC_SHA256_128, 96"
  })
  void garbageIsBounded(EspCipher cipher, EspMac mac, int ceiling) {
    NaiveEsp sa = NaiveEsp.random(cipher, mac, 5);
    EspFixtures.Said said = new EspFixtures.Said();
    EspEngine sender = engine(sa, EspFixtures.naive(1));
    EspEngine receiver = engine(EspFixtures.naive(2), sa);
    PacketBatch wire = new PacketBatch(BATCH, 2048, 64);
    PacketBatch opened = new PacketBatch(BATCH, 2048, 0);
    byte[] packet = ipv4(LENGTH, 1);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long sealBytes = 0;
    long openBytes = 0;
    long sealNanos = 0;
    long openNanos = 0;
    for (int round = 0; round < 2 * PACKETS / BATCH; round++) {
      if (round == PACKETS / BATCH) {
        // The first half was for the compiler.
        sealBytes = openBytes = sealNanos = openNanos = 0;
      }
      wire.clear();
      opened.clear();
      for (int i = 0; i < BATCH; i++) {
        wire.append(packet, 0, LENGTH);
      }
      long bytes0 = threads.getCurrentThreadAllocatedBytes();
      long nanos0 = System.nanoTime();
      sender.seal(wire, 0, said);
      long nanos1 = System.nanoTime();
      long bytes1 = threads.getCurrentThreadAllocatedBytes();
      receiver.open(wire, 0, opened, said);
      long nanos2 = System.nanoTime();
      long bytes2 = threads.getCurrentThreadAllocatedBytes();
      sealBytes += bytes1 - bytes0;
      openBytes += bytes2 - bytes1;
      sealNanos += nanos1 - nanos0;
      openNanos += nanos2 - nanos1;
      assertThat(opened.count()).isEqualTo(BATCH);
    }
    System.out.printf(
        "%s %s, %d bytes: seal %d ns, %d B; open %d ns, %d B%n",
        cipher,
        mac,
        LENGTH,
        sealNanos / PACKETS,
        sealBytes / PACKETS,
        openNanos / PACKETS,
        openBytes / PACKETS);
    assertThat(sealBytes / PACKETS).isLessThanOrEqualTo(ceiling);
    assertThat(openBytes / PACKETS).isLessThanOrEqualTo(ceiling);
  }

  private static EspEngine engine(NaiveEsp outbound, NaiveEsp inbound) {
    return new EspEngine(
        EspFixtures.association(EspFixtures.offer(outbound, inbound)), EspTimers.DEFAULT);
  }
}

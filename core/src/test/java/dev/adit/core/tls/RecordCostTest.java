package dev.adit.core.tls;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.adit.api.error.VpnException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/** What a record costs, beside the JCE alone: ratios within one run, and bytes of garbage. */
class RecordCostTest {
  private static final int LENGTH = 1400;
  private static final int RECORDS = 64;
  private static final byte[] KEY = new byte[32];
  private static final byte[] ASSOCIATED = new byte[5];
  private static final InetSocketAddress ADDRESS =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 443);

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private final byte[] nonce = new byte[12];
  private final byte[] content = new byte[LENGTH];
  private final byte[] sealed = new byte[LENGTH + 16];

  @Test
  void aCipherThatIsKeptIsFasterThanOneForEachRecord() throws GeneralSecurityException {
    RecordCipher kept = new RecordCipher(Cipher.ENCRYPT_MODE, KEY, nonce);
    long number = 0;
    long ours = Long.MAX_VALUE;
    long naive = Long.MAX_VALUE;
    // As long as it takes the compiler, which is late where others want its processors.
    long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    for (int round = 0; round < 500 || ours >= naive / 2 && System.nanoTime() < end; round++) {
      long start = System.nanoTime();
      for (int i = 0; i < RECORDS; i++) {
        kept.seal(sealed, 0, LENGTH, number++, ASSOCIATED);
      }
      long middle = System.nanoTime();
      for (int i = 0; i < RECORDS; i++) {
        seal(Cipher.getInstance("AES/GCM/NoPadding"), new SecretKeySpec(KEY, "AES"));
      }
      ours = Math.min(ours, middle - start);
      naive = Math.min(naive, System.nanoTime() - middle);
    }
    System.out.printf(
        "AES-256-GCM, record of %d bytes: %d ns, with a cipher of its own %d ns%n",
        LENGTH, ours / RECORDS, naive / RECORDS);
    assertThat(ours).isLessThan(naive / 2);
  }

  /** From the packet to the wire and back to a packet. */
  @Test
  void aRecordMakesHardlyMoreGarbageThanTheJceDoes() throws Exception {
    ClientCertificate identity = FreshIdentity.of("vpn.test");
    ServerTrust trust =
        ServerTrust.of(List.of(ServerPin.of(identity.chain().get(0))), List.of(), false);
    TlsSettings settings =
        new TlsSettings(trust, Optional.empty(), Optional.empty(), List.of(), false);
    TlsEngine client = TlsEngine.client(settings, "vpn.test", ADDRESS);
    TlsEngine server = TlsEngine.server(new TlsServerSettings(identity, false, List.of()), ADDRESS);
    ByteBuffer wire = ByteBuffer.allocate(1 << 17);
    for (int i = 0; i < 10; i++) {
      move(client, server, wire);
      move(server, client, wire);
    }
    byte[] to = new byte[TlsEngine.ROOM_BYTES];
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    SecretKeySpec key = new SecretKeySpec(KEY, "AES");
    long jce = Long.MAX_VALUE;
    long ours = Long.MAX_VALUE;
    long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    for (int round = 0; round < 200 || ours > 2 * jce + 300 && System.nanoTime() < end; round++) {
      long start = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < RECORDS; i++) {
        client.seal(content, 0, LENGTH);
      }
      move(client, server, wire);
      for (int i = 0; i < RECORDS; i++) {
        assertThat(server.readRecord(to, 0) == LENGTH).isTrue();
      }
      long middle = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < RECORDS; i++) {
        seal(cipher, key);
      }
      ours = Math.min(ours, (middle - start) / RECORDS);
      jce = Math.min(jce, (threads.getCurrentThreadAllocatedBytes() - middle) / RECORDS);
    }
    System.out.printf("a record sealed and opened: %d B; one sealed by the JCE: %d B%n", ours, jce);
    assertThat(ours).isLessThanOrEqualTo(2 * jce + 300);
  }

  private void seal(Cipher cipher, SecretKeySpec key) throws GeneralSecurityException {
    for (int i = 0; i < 8 && ++nonce[i] == 0; i++) {
      // The next number: none comes twice.
    }
    cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(128, nonce));
    cipher.updateAAD(ASSOCIATED);
    cipher.doFinal(content, 0, LENGTH, sealed, 0);
  }

  private static void move(TlsEngine from, TlsEngine to, ByteBuffer wire) throws VpnException {
    from.takeWire(wire);
    wire.flip();
    to.receive(wire);
    wire.clear();
  }
}

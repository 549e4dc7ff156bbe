package dev.adit.core.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Random;
import javax.crypto.Cipher;
import org.bouncycastle.jcajce.util.DefaultJcaJceHelper;
import org.bouncycastle.tls.crypto.impl.TlsAEADCipherImpl;
import org.bouncycastle.tls.crypto.impl.jcajce.JceAEADCipherImpl;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Beside the library's own. */
class RecordAeadTest {
  private static final int RECORDS = 20_000;
  private static final int LENGTH = 1400;
  private static final byte[] ASSOCIATED = {23, 3, 3, 5, 120};

  @ParameterizedTest
  @ValueSource(ints = {16, 32})
  void sealsAsTheLibraryDoesAndOpensWhatItSealed(int keyBytes) throws Exception {
    Random random = new Random(keyBytes);
    byte[] key = new byte[keyBytes];
    random.nextBytes(key);
    TlsAEADCipherImpl ours = new RecordAead(Cipher.ENCRYPT_MODE);
    TlsAEADCipherImpl theirs = library(keyBytes, true);
    TlsAEADCipherImpl opening = new RecordAead(Cipher.DECRYPT_MODE);
    for (TlsAEADCipherImpl each : new TlsAEADCipherImpl[] {ours, theirs, opening}) {
      each.setKey(key, 0, keyBytes);
    }
    for (int length = 0; length < 200; length += 13) {
      byte[] nonce = new byte[12];
      byte[] text = new byte[length];
      random.nextBytes(nonce);
      random.nextBytes(text);
      byte[] sealed = run(ours, nonce, text);
      assertThat(sealed).isEqualTo(run(theirs, nonce, text)).hasSize(length + 16);
      assertThat(run(opening, nonce, sealed)).isEqualTo(text);
      sealed[random.nextInt(sealed.length)] ^= 1;
      assertThatThrownBy(() -> run(opening, nonce, sealed))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  /** What is left is the JCE's: on OpenJDK 17.0.15 1000 to 1200 bytes for a record. */
  @Test
  void makesLessGarbage() throws Exception {
    long[] ours = cost(new RecordAead(Cipher.ENCRYPT_MODE));
    long[] theirs = cost(library(32, true));
    System.out.printf(
        "a record of %d bytes: %d ns, %d B; the library's own %d ns, %d B%n",
        LENGTH, ours[0], ours[1], theirs[0], theirs[1]);
    assertThat(ours[1]).isLessThan(theirs[1]).isLessThan(1400);
  }

  private static TlsAEADCipherImpl library(int keyBytes, boolean sealing) throws Exception {
    return new JceAEADCipherImpl(
        Providers.crypto(), new DefaultJcaJceHelper(), RecordAead.NAME, "AES", keyBytes, sealing);
  }

  private static byte[] run(TlsAEADCipherImpl cipher, byte[] nonce, byte[] from) throws Exception {
    byte[] to = new byte[from.length + 16];
    cipher.init(nonce, 16);
    int length = cipher.doFinal(ASSOCIATED, from, 0, from.length, to, 0);
    return Arrays.copyOf(to, length);
  }

  /** Nanoseconds and bytes of garbage for a record, at its best of some rounds. */
  private static long[] cost(TlsAEADCipherImpl cipher) throws Exception {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    byte[] nonce = new byte[12];
    byte[] record = new byte[LENGTH + 16];
    cipher.setKey(new byte[32], 0, 32);
    long[] best = {Long.MAX_VALUE, Long.MAX_VALUE};
    for (int round = 0; round < 8; round++) {
      long bytes = threads.getCurrentThreadAllocatedBytes();
      long nanos = System.nanoTime();
      for (int i = 0; i < RECORDS; i++) {
        nonce[0] = (byte) round;
        nonce[1] = (byte) (i >> 8);
        nonce[2] = (byte) i;
        cipher.init(nonce, 16);
        cipher.doFinal(ASSOCIATED, record, 0, LENGTH, record, 0);
      }
      best[0] = Math.min(best[0], (System.nanoTime() - nanos) / RECORDS);
      bytes = threads.getCurrentThreadAllocatedBytes() - bytes;
      best[1] = Math.min(best[1], bytes / RECORDS);
    }
    return best;
  }
}

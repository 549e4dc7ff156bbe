package dev.adit.core.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Random;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Beside a cipher that is made for one record, whose nonce is put together here. */
class RecordCipherTest {
  private static final byte[] ASSOCIATED = {23, 3, 3, 5, 120};

  @ParameterizedTest
  @CsvSource({"16, 4", "16, 12", "32, 4", "32, 12"})
  void sealsAsOneForEachRecordWouldAndOpensIt(int keyBytes, int ivBytes) throws Exception {
    Random random = new Random(keyBytes + ivBytes);
    byte[] key = bytes(random, keyBytes);
    byte[] iv = bytes(random, ivBytes);
    RecordCipher sealer = new RecordCipher(Cipher.ENCRYPT_MODE, key, iv);
    RecordCipher opener = new RecordCipher(Cipher.DECRYPT_MODE, key, iv);
    int explicit = sealer.explicitBytes();
    assertThat(explicit).isEqualTo(12 - ivBytes);
    for (int length = 0; length < 200; length += 13) {
      long number = random.nextLong();
      byte[] content = bytes(random, length);
      byte[] record = new byte[explicit + length + 16];
      System.arraycopy(content, 0, record, explicit, length);
      int sealed = sealer.seal(record, explicit, length, number, ASSOCIATED);
      assertThat(sealed).isEqualTo(length + 16);
      assertThat(record).isEqualTo(naive(key, iv, number, content));
      byte[] opened = new byte[length + 3];
      assertThat(opener.open(record, explicit, sealed, opened, 3, number, ASSOCIATED))
          .isEqualTo(length);
      assertThat(Arrays.copyOfRange(opened, 3, length + 3)).isEqualTo(content);
      record[explicit + random.nextInt(sealed)] ^= 1;
      assertThat(opener.open(record, explicit, sealed, opened, 3, number, ASSOCIATED))
          .isEqualTo(-1);
    }
  }

  @Test
  void aClosedCipherHasZerosForKeys() throws Exception {
    byte[] key = bytes(new Random(1), 32);
    byte[] iv = bytes(new Random(2), 12);
    RecordCipher cipher = new RecordCipher(Cipher.ENCRYPT_MODE, key, iv);
    byte[] before = new byte[36];
    cipher.seal(before, 0, 20, 7, ASSOCIATED);
    cipher.close();
    byte[] after = new byte[36];
    cipher.seal(after, 0, 20, 7, ASSOCIATED);
    assertThat(after)
        .isNotEqualTo(before)
        .isEqualTo(naive(new byte[32], new byte[12], 7, new byte[20]));
  }

  private static byte[] naive(byte[] key, byte[] iv, long number, byte[] content)
      throws GeneralSecurityException {
    ByteBuffer nonce = ByteBuffer.allocate(12).put(iv);
    if (iv.length == 4) {
      nonce.putLong(number);
    } else {
      nonce.putLong(4, nonce.getLong(4) ^ number);
    }
    Cipher made = Cipher.getInstance("AES/GCM/NoPadding");
    made.init(
        Cipher.ENCRYPT_MODE,
        new SecretKeySpec(key, "AES"),
        new GCMParameterSpec(128, nonce.array()));
    made.updateAAD(ASSOCIATED);
    byte[] sealed = made.doFinal(content);
    ByteBuffer record = ByteBuffer.allocate(12 - iv.length + sealed.length);
    if (iv.length == 4) {
      record.putLong(number);
    }
    return record.put(sealed).array();
  }

  private static byte[] bytes(Random random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }
}

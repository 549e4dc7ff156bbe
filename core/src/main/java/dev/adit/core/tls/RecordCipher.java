package dev.adit.core.tls;

import dev.adit.api.secret.SecretBytes;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import org.bouncycastle.util.Pack;

/**
 * AES-GCM for the records of one direction, with one cipher of the JDK's that is kept: RFC 5288 for
 * TLS 1.2, whose nonce is the fixed part and the eight bytes before the ciphertext; RFC 8446 §5.2
 * for 1.3, whose nonce is the IV with the record's number in it. One thread at a time.
 */
final class RecordCipher implements AutoCloseable {
  static final int TAG_BYTES = 16;
  static final int EXPLICIT_BYTES = 8;
  private static final String ALGORITHM = "AES";
  private static final int NONCE_BYTES = 12;

  private final int mode;
  private final Cipher cipher;
  private final byte[] nonce = new byte[NONCE_BYTES];
  private final SecretBytes secret;
  private SecretKey key;
  private final byte[] iv;

  /**
   * For one direction; key and IV are copied, and the caller's to wipe.
   *
   * @param mode {@link Cipher#ENCRYPT_MODE} or {@link Cipher#DECRYPT_MODE}
   * @param iv 4 bytes, to which eight explicit ones are appended; or 12, into which the number goes
   */
  RecordCipher(int mode, byte[] key, byte[] iv) throws GeneralSecurityException {
    this.mode = mode;
    this.cipher = Cipher.getInstance("AES/GCM/NoPadding");
    this.secret = SecretBytes.copyOf(key, 0, key.length);
    this.key = secret.key(ALGORITHM);
    this.iv = iv.clone();
  }

  /** Bytes that precede the ciphertext of a record. */
  int explicitBytes() {
    return NONCE_BYTES - iv.length == EXPLICIT_BYTES ? EXPLICIT_BYTES : 0;
  }

  /**
   * Seals in place: the explicit part of the nonce, which is the number, before it, the tag behind.
   *
   * @param number of the record under this key: never twice
   * @param associated what is authenticated with it
   * @return bytes of ciphertext and tag
   */
  int seal(byte[] bytes, int offset, int length, long number, byte[] associated) {
    try {
      if (explicitBytes() > 0) {
        Pack.longToBigEndian(number, bytes, offset - EXPLICIT_BYTES);
      }
      begin(number);
      cipher.updateAAD(associated);
      return cipher.doFinal(bytes, offset, length, bytes, offset);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("sealing a record", e);
    }
  }

  /**
   * Opens from one place to another; in place the JCE would make a copy first.
   *
   * @param length of ciphertext and tag, at least {@link #TAG_BYTES}
   * @return bytes of content, -1 if it is not authentic
   */
  int open(byte[] from, int offset, int length, byte[] to, int at, long number, byte[] associated) {
    try {
      begin(explicitBytes() > 0 ? Pack.bigEndianToLong(from, offset - EXPLICIT_BYTES) : number);
      cipher.updateAAD(associated);
      return cipher.doFinal(from, offset, length, to, at);
    } catch (AEADBadTagException e) {
      return -1;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("opening a record", e);
    }
  }

  /** Makes the JCE forget the key, as far as it lets us: it is given another. */
  @Override
  public void close() {
    secret.close();
    key = SecretBytes.noKey(secret.length(), ALGORITHM);
    Arrays.fill(iv, (byte) 0);
    Arrays.fill(nonce, (byte) 0xff);
    try {
      // To encrypt: the JDK's GCM keeps the last key it did that with.
      cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(8 * TAG_BYTES, nonce));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("forgetting a key", e);
    }
  }

  private void begin(long number) throws GeneralSecurityException {
    System.arraycopy(iv, 0, nonce, 0, iv.length);
    int at = NONCE_BYTES - EXPLICIT_BYTES;
    long masked = iv.length == NONCE_BYTES ? Pack.bigEndianToLong(iv, at) ^ number : number;
    Pack.longToBigEndian(masked, nonce, at);
    cipher.init(mode, key, new GCMParameterSpec(8 * TAG_BYTES, nonce));
  }
}

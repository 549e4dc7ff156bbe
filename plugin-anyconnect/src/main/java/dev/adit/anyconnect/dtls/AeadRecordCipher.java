package dev.adit.anyconnect.dtls;

import dev.adit.api.secret.SecretBytes;
import java.security.GeneralSecurityException;
import java.security.spec.AlgorithmParameterSpec;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;

/**
 * AES-GCM (RFC 5288) and ChaCha20-Poly1305 (RFC 7905). The explicit nonce of GCM is epoch and
 * sequence number, which never repeat under one key; ChaCha20 XORs them into the fixed IV.
 */
final class AeadRecordCipher implements RecordCipher {
  private static final int TAG_BYTES = 16;
  private static final int NONCE_BYTES = 12;

  private final Suite.Bulk bulk;
  private final int version;
  private final Cipher cipher;
  private final SecretBytes secret;
  private SecretKey key;
  private final byte[] fixedIv;
  private final byte[] nonce = new byte[NONCE_BYTES];
  private final byte[] associated = new byte[RecordHeader.BYTES];

  AeadRecordCipher(Suite.Bulk bulk, Dialect dialect, byte[] key, byte[] fixedIv)
      throws GeneralSecurityException {
    this.bulk = bulk;
    this.version = dialect.version();
    this.cipher =
        Cipher.getInstance(bulk == Suite.Bulk.GCM ? "AES/GCM/NoPadding" : "ChaCha20-Poly1305");
    this.secret = SecretBytes.copyOf(key, 0, key.length);
    this.key = secret.key(bulk == Suite.Bulk.GCM ? "AES" : "ChaCha20");
    this.fixedIv = fixedIv.clone();
  }

  @Override
  public int seal(byte[] bytes, int body, int plaintextLength, int type, long epochAndSequence) {
    int explicit = bulk.explicitBytes();
    if (explicit > 0) {
      Bytes.put64(bytes, body, epochAndSequence);
    }
    try {
      int at = body + explicit;
      init(Cipher.ENCRYPT_MODE, epochAndSequence);
      authenticate(type, epochAndSequence, plaintextLength);
      return explicit + cipher.doFinal(bytes, at, plaintextLength, bytes, at);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("sealing a record", e);
    }
  }

  @Override
  public int open(byte[] bytes, int body, int bodyLength, int type, long epochAndSequence) {
    int explicit = bulk.explicitBytes();
    int plaintextLength = bodyLength - explicit - TAG_BYTES;
    if (plaintextLength < 0) {
      return REJECTED;
    }
    try {
      // RFC 5288: the nonce is whatever the sender wrote; only the fixed part is agreed.
      long nonceNumber = explicit > 0 ? Bytes.get64(bytes, body) : epochAndSequence;
      int at = body + explicit;
      init(Cipher.DECRYPT_MODE, nonceNumber);
      authenticate(type, epochAndSequence, plaintextLength);
      return cipher.doFinal(bytes, at, bodyLength - explicit, bytes, at);
    } catch (AEADBadTagException e) {
      forgetNonce();
      return REJECTED;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("opening a record", e);
    }
  }

  /** Makes the JCE forget the key, as far as it lets us: it is given another. */
  @Override
  public void close() {
    secret.close();
    key = SecretBytes.noKey(secret.length(), key.getAlgorithm());
    Arrays.fill(fixedIv, (byte) 0);
    Arrays.fill(nonce, (byte) 0xff);
    try {
      // To encrypt: the JDK's GCM keeps the last key it did that with.
      cipher.init(Cipher.ENCRYPT_MODE, key, parameters());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("forgetting a key", e);
    }
  }

  /**
   * The JDK's ChaCha20 refuses to begin twice with one nonce, even to decrypt: without this a
   * forged record would keep the real one of the same number out.
   */
  private void forgetNonce() {
    if (bulk == Suite.Bulk.CHACHA20) {
      try {
        nonce[0] ^= (byte) 0xff;
        cipher.init(Cipher.DECRYPT_MODE, key, new IvParameterSpec(nonce));
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("forgetting a nonce", e);
      }
    }
  }

  private void init(int mode, long number) throws GeneralSecurityException {
    if (bulk == Suite.Bulk.GCM) {
      System.arraycopy(fixedIv, 0, nonce, 0, fixedIv.length);
      Bytes.put64(nonce, fixedIv.length, number);
    } else {
      System.arraycopy(fixedIv, 0, nonce, 0, NONCE_BYTES);
      Bytes.put64(nonce, 4, Bytes.get64(nonce, 4) ^ number);
    }
    cipher.init(mode, key, parameters());
  }

  private AlgorithmParameterSpec parameters() {
    return bulk == Suite.Bulk.GCM
        ? new GCMParameterSpec(8 * TAG_BYTES, nonce)
        : new IvParameterSpec(nonce);
  }

  private void authenticate(int type, long epochAndSequence, int plaintextLength) {
    Bytes.put64(associated, 0, epochAndSequence);
    associated[8] = (byte) type;
    Bytes.put16(associated, 9, version);
    Bytes.put16(associated, 11, plaintextLength);
    cipher.updateAAD(associated, 0, RecordHeader.BYTES);
  }
}

package dev.adit.core.tls;

import java.security.GeneralSecurityException;
import java.security.Key;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.tls.crypto.impl.TlsAEADCipherImpl;

/**
 * AES-GCM for one direction of a connection, with one cipher of the JDK's that is kept. The
 * library's own asks the list of providers for "GCM" parameters and encodes them for each record.
 */
final class RecordAead implements TlsAEADCipherImpl {
  static final String NAME = "AES/GCM/NoPadding";

  private final Cipher cipher;
  private final int mode;
  private Key key = new SecretKeySpec(new byte[16], "AES");

  /**
   * @param mode {@link Cipher#ENCRYPT_MODE} or {@link Cipher#DECRYPT_MODE}
   */
  RecordAead(int mode) throws GeneralSecurityException {
    this.cipher = Cipher.getInstance(NAME);
    this.mode = mode;
  }

  @Override
  public void setKey(byte[] bytes, int offset, int length) {
    key = new SecretKeySpec(bytes, offset, length, "AES");
  }

  @Override
  public void init(byte[] nonce, int tagBytes) {
    try {
      cipher.init(mode, key, new GCMParameterSpec(8 * tagBytes, nonce));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("beginning a record", e);
    }
  }

  @Override
  public int getOutputSize(int length) {
    return cipher.getOutputSize(length);
  }

  /** {@inheritDoc} The library takes what is thrown for a record that is not authentic. */
  @Override
  public int doFinal(
      byte[] associated, byte[] from, int offset, int length, byte[] to, int toOffset) {
    try {
      cipher.updateAAD(associated);
      return cipher.doFinal(from, offset, length, to, toOffset);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a record", e);
    }
  }
}

package dev.adit.core.esp;

import dev.adit.api.secret.SecretBytes;
import javax.crypto.SecretKey;

/** Lends key bytes to the JCE, which makes copies; there is none of our own to forget. */
final class RawKey implements SecretKey {
  private static final long serialVersionUID = 1L;

  private final transient SecretBytes bytes;
  private final String algorithm;

  RawKey(SecretBytes bytes, String algorithm) {
    this.bytes = bytes;
    this.algorithm = algorithm;
  }

  /** A key that is none: what a cipher is set to when its own is to be forgotten. */
  static RawKey zero(int length, String algorithm) {
    return new RawKey(SecretBytes.owning(new byte[length]), algorithm);
  }

  @Override
  public String getAlgorithm() {
    return algorithm;
  }

  @Override
  public String getFormat() {
    return "RAW";
  }

  @Override
  public byte[] getEncoded() {
    return bytes.expose().clone();
  }
}

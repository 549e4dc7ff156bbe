package dev.adit.api.secret;

import javax.crypto.SecretKey;

/** Lends key bytes to the JCE, which makes copies; there is none of our own to forget. */
final class LentKey implements SecretKey {
  private static final long serialVersionUID = 1L;

  private final transient SecretBytes bytes;
  private final String algorithm;

  LentKey(SecretBytes bytes, String algorithm) {
    this.bytes = bytes;
    this.algorithm = algorithm;
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

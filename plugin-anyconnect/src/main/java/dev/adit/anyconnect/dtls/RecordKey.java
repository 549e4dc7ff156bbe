package dev.adit.anyconnect.dtls;

import java.util.Arrays;
import javax.crypto.SecretKey;

/**
 * Key bytes of our own that can be wiped, which those of {@link javax.crypto.spec.SecretKeySpec}
 * cannot. The JCE makes copies; it is made to forget them by being given {@link #zero}.
 */
final class RecordKey implements SecretKey, AutoCloseable {
  private static final long serialVersionUID = 1L;

  private final transient byte[] bytes;
  private final String algorithm;

  /** Copies the bytes. */
  RecordKey(byte[] bytes, String algorithm) {
    this.bytes = bytes.clone();
    this.algorithm = algorithm;
  }

  /** As long as this one, and no secret. */
  RecordKey zero() {
    return new RecordKey(new byte[bytes.length], algorithm);
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
    return bytes.clone();
  }

  @Override
  public void close() {
    Arrays.fill(bytes, (byte) 0);
  }
}

package dev.adit.api.secret;

import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.SecretKey;

/**
 * Key material. Owns its array: {@link #close} wipes it, after which every access fails. {@code
 * toString} shows the length only. Not thread-safe; one owner at a time.
 */
public final class SecretBytes implements AutoCloseable {
  private final byte[] value;
  private boolean closed;

  private SecretBytes(byte[] value) {
    this.value = value;
  }

  /** Takes the array over; the caller keeps no reference. */
  public static SecretBytes owning(byte[] value) {
    return new SecretBytes(value);
  }

  /** Copies {@code length} bytes; the source is the caller's to wipe. */
  public static SecretBytes copyOf(byte[] source, int offset, int length) {
    return new SecretBytes(Arrays.copyOfRange(source, offset, offset + length));
  }

  /** The array itself, for the length of a call; neither kept nor changed. */
  public byte[] expose() {
    if (closed) {
      throw new IllegalStateException("secret used after it was wiped");
    }
    return value;
  }

  /**
   * As a key for the JCE, which makes copies of it. Wiped with this, where those of {@link
   * javax.crypto.spec.SecretKeySpec} stay; of no use from then on.
   *
   * @param algorithm by the JCE's name
   */
  public SecretKey key(String algorithm) {
    return new LentKey(this, algorithm);
  }

  /**
   * A key that is none: what a cipher is set to, so that the JCE forgets its copy of another.
   *
   * @param length in bytes
   */
  public static SecretKey noKey(int length, String algorithm) {
    return owning(new byte[length]).key(algorithm);
  }

  /** Bytes held; known also after {@link #close}. */
  public int length() {
    return value.length;
  }

  /** Whether {@link #close} was called. */
  public boolean isClosed() {
    return closed;
  }

  /** Wipes the bytes; calling it again does nothing. */
  @Override
  public void close() {
    Arrays.fill(value, (byte) 0);
    closed = true;
  }

  /** Compares in time that does not depend on the contents. */
  @Override
  public boolean equals(Object other) {
    return other instanceof SecretBytes that && MessageDigest.isEqual(value, that.value);
  }

  /** The same for all secrets of one length: a hash would tell about the contents. */
  @Override
  public int hashCode() {
    return value.length;
  }

  @Override
  public String toString() {
    return "SecretBytes[" + (closed ? "wiped" : value.length + " bytes") + "]";
  }
}

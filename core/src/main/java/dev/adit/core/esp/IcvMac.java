package dev.adit.core.esp;

import dev.adit.api.datagram.SaParameters;
import dev.adit.api.datagram.SaParameters.EspMac;
import dev.adit.api.secret.SecretBytes;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Mac;

/** The integrity check value of one SA: a truncated HMAC over all that stands before it. */
final class IcvMac implements AutoCloseable {
  private final Mac mac;
  private final int keyBytes;
  private final int icvBytes;
  private final byte[] full;
  private final byte[] expected;
  private final byte[] received;

  IcvMac(SaParameters sa) throws GeneralSecurityException {
    String algorithm = algorithm(sa.mac());
    keyBytes = sa.mac().keyBytes();
    icvBytes = sa.mac().icvBytes();
    mac = Mac.getInstance(algorithm);
    mac.init(sa.integrityKey().key(algorithm));
    full = new byte[mac.getMacLength()];
    expected = new byte[icvBytes];
    received = new byte[icvBytes];
  }

  int bytes() {
    return icvBytes;
  }

  /** Writes the ICV behind {@code length} bytes. */
  void append(byte[] bytes, int at, int length) {
    compute(bytes, at, length);
    System.arraycopy(full, 0, bytes, at + length, icvBytes);
  }

  /** Whether the ICV behind {@code length} bytes is theirs; takes the same time if not. */
  boolean matches(byte[] bytes, int at, int length) {
    compute(bytes, at, length);
    System.arraycopy(full, 0, expected, 0, icvBytes);
    System.arraycopy(bytes, at + length, received, 0, icvBytes);
    return MessageDigest.isEqual(expected, received);
  }

  /** Makes the JCE overwrite what it derived from the key. */
  @Override
  public void close() {
    try {
      mac.init(SecretBytes.noKey(keyBytes, mac.getAlgorithm()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("forgetting a key", e);
    }
    Arrays.fill(full, (byte) 0);
    Arrays.fill(expected, (byte) 0);
  }

  private void compute(byte[] bytes, int at, int length) {
    try {
      mac.update(bytes, at, length);
      mac.doFinal(full, 0);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(mac.getAlgorithm() + " over " + length + " bytes", e);
    }
  }

  private static String algorithm(EspMac mac) {
    return switch (mac) {
      case HMAC_MD5_96 -> "HmacMD5";
      case HMAC_SHA1_96 -> "HmacSHA1";
      case HMAC_SHA256_128 -> "HmacSHA256";
    };
  }
}

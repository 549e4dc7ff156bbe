package dev.adit.anyconnect.dtls;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The pseudo-random function of TLS and the hash of the transcript that goes with it. */
enum Prf {
  /** RFC 5246 §5. */
  SHA256("HmacSHA256", "SHA-256"),
  /** RFC 5246 §5, for suites that name SHA-384. */
  SHA384("HmacSHA384", "SHA-384"),
  /**
   * RFC 2246 §5: MD5 and SHA-1 over half the secret each, XORed; the transcript likewise in both.
   */
  LEGACY("", "");

  private final String mac;
  private final String digest;

  Prf(String mac, String digest) {
    this.mac = mac;
    this.digest = digest;
  }

  /** {@code length} bytes in a fresh array, the caller's to wipe. */
  byte[] expand(byte[] secret, String label, byte[] seed, int length) {
    byte[] labelled = label.getBytes(StandardCharsets.US_ASCII);
    byte[] whole = Arrays.copyOf(labelled, labelled.length + seed.length);
    System.arraycopy(seed, 0, whole, labelled.length, seed.length);
    byte[] out = new byte[length];
    if (this != LEGACY) {
      xorHash(mac, secret, whole, out);
      return out;
    }
    int half = (secret.length + 1) / 2;
    byte[] first = Arrays.copyOf(secret, half);
    byte[] second = Arrays.copyOfRange(secret, secret.length - half, secret.length);
    xorHash("HmacMD5", first, whole, out);
    xorHash("HmacSHA1", second, whole, out);
    Arrays.fill(first, (byte) 0);
    Arrays.fill(second, (byte) 0);
    return out;
  }

  /** Hash of a transcript. */
  byte[] hash(byte[] transcript) {
    try {
      if (this != LEGACY) {
        return MessageDigest.getInstance(digest).digest(transcript);
      }
      byte[] both = Arrays.copyOf(MessageDigest.getInstance("MD5").digest(transcript), 36);
      System.arraycopy(MessageDigest.getInstance("SHA-1").digest(transcript), 0, both, 16, 20);
      return both;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK lacks " + this, e);
    }
  }

  /** P_hash of RFC 5246 §5, XORed into {@code out}. */
  private static void xorHash(String algorithm, byte[] secret, byte[] seed, byte[] out) {
    try {
      Mac mac = Mac.getInstance(algorithm);
      mac.init(new SecretKeySpec(secret.length == 0 ? new byte[1] : secret, algorithm));
      byte[] a = mac.doFinal(seed);
      for (int done = 0; done < out.length; ) {
        mac.update(a);
        byte[] block = mac.doFinal(seed);
        for (int i = 0; i < block.length && done < out.length; i++, done++) {
          out[done] ^= block[i];
        }
        Arrays.fill(block, (byte) 0);
        a = mac.doFinal(a);
      }
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK lacks " + algorithm, e);
    }
  }
}

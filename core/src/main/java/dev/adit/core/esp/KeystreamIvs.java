package dev.adit.core.esp;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * IVs cut from an AES-CTR keystream under a key that is drawn at random for this purpose alone and
 * told to nobody.
 *
 * <p>{@code SecureRandom} takes 213 ns and 64 bytes of garbage for an IV, a keystream 3 ns and none
 * (OpenJDK 17.0.15). Whoever could tell it from chance, or its next block from all before, could
 * break AES; NIST SP 800-38A, appendix C, asks just this of a CBC IV. An SA ends after 2^32
 * packets, far from the 2^64 blocks at which the absence of repeats would show.
 */
final class KeystreamIvs implements IvSource {
  private static final int IVS_AT_ONCE = 256;

  private final Cipher keystream;
  private final byte[] zeros = new byte[IVS_AT_ONCE * Wire.BLOCK];
  private final byte[] ivs = new byte[IVS_AT_ONCE * Wire.BLOCK];
  private int next = ivs.length;

  KeystreamIvs(SecureRandom random) throws GeneralSecurityException {
    byte[] key = new byte[16];
    byte[] counter = new byte[Wire.BLOCK];
    random.nextBytes(key);
    random.nextBytes(counter);
    keystream = Cipher.getInstance("AES/CTR/NoPadding");
    keystream.init(
        Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new IvParameterSpec(counter));
    Arrays.fill(key, (byte) 0);
  }

  @Override
  public void next(byte[] to, int at) {
    if (next == ivs.length) {
      refill();
    }
    System.arraycopy(ivs, next, to, at, Wire.BLOCK);
    next += Wire.BLOCK;
  }

  @Override
  public void close() {
    Arrays.fill(ivs, (byte) 0);
    next = ivs.length;
  }

  private void refill() {
    try {
      keystream.update(zeros, 0, zeros.length, ivs, 0);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-CTR", e);
    }
    next = 0;
  }
}

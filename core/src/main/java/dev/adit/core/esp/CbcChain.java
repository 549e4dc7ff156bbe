package dev.adit.core.esp;

import dev.adit.api.datagram.SaParameters;
import dev.adit.api.secret.SecretBytes;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;

/**
 * AES-CBC for all packets of one SA (RFC 3602), with a cipher that is set up once.
 *
 * <p>{@code Cipher.init} for each packet's IV, and encrypting in place, cost 120 ns and 1536 bytes
 * of garbage per packet of 1408 bytes (OpenJDK 17.0.15). Instead all packets are one long CBC
 * stream to the JCE, and the first block of each is corrected for it: where CBC asks for {@code E(P
 * ^ IV)}, the stream computes {@code E(P' ^ last)}, last being the ciphertext block before; so
 * {@code P' = P ^ IV ^ last} gives exactly the packet that a fresh cipher gives. Opening is the
 * same the other way round.
 *
 * <p>Output never overlaps input so that one could overwrite the other: the JCE would copy the
 * input then. Sealing writes {@link #SHIFT} bytes further forward in the same array, opening writes
 * to another.
 */
final class CbcChain implements AutoCloseable {
  /** From here on the JDK sees no overlap: the size of its cipher's own buffer, two blocks. */
  static final int SHIFT = 2 * Wire.BLOCK;

  private final Cipher cipher;
  private final int keyBytes;
  private long lastHigh;
  private long lastLow;

  private CbcChain(int mode, SaParameters sa) throws GeneralSecurityException {
    keyBytes = sa.cipher().keyBytes();
    cipher = Cipher.getInstance("AES/CBC/NoPadding");
    cipher.init(mode, sa.encryptionKey().key("AES"), new IvParameterSpec(new byte[Wire.BLOCK]));
  }

  static CbcChain sealing(SaParameters sa) throws GeneralSecurityException {
    return new CbcChain(Cipher.ENCRYPT_MODE, sa);
  }

  static CbcChain opening(SaParameters sa) throws GeneralSecurityException {
    return new CbcChain(Cipher.DECRYPT_MODE, sa);
  }

  /**
   * Encrypts whole blocks from {@code at} to {@code at - SHIFT}.
   *
   * @param iv where the IV's 16 bytes stand
   */
  void encrypt(byte[] bytes, int at, int length, int iv) {
    int to = at - SHIFT;
    correct(bytes, at, Wire.get64(bytes, iv), Wire.get64(bytes, iv + 8));
    update(bytes, at, length, bytes, to);
    remember(bytes, to + length);
  }

  /** Decrypts whole blocks, in front of which the IV stands, to the start of another array. */
  void decrypt(byte[] bytes, int at, int length, byte[] to) {
    update(bytes, at, length, to, 0);
    int iv = at - Wire.BLOCK;
    correct(to, 0, Wire.get64(bytes, iv), Wire.get64(bytes, iv + 8));
    remember(bytes, at + length);
  }

  /** Makes the JCE forget the key, as far as it lets us: it is given another. */
  @Override
  public void close() {
    try {
      cipher.init(
          Cipher.ENCRYPT_MODE,
          SecretBytes.noKey(keyBytes, "AES"),
          new IvParameterSpec(new byte[Wire.BLOCK]));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("forgetting a key", e);
    }
  }

  private void correct(byte[] bytes, int at, long ivHigh, long ivLow) {
    Wire.put64(bytes, at, Wire.get64(bytes, at) ^ ivHigh ^ lastHigh);
    Wire.put64(bytes, at + 8, Wire.get64(bytes, at + 8) ^ ivLow ^ lastLow);
  }

  /** The ciphertext block that ends here is the last one. */
  private void remember(byte[] bytes, int end) {
    lastHigh = Wire.get64(bytes, end - Wire.BLOCK);
    lastLow = Wire.get64(bytes, end - Wire.BLOCK + 8);
  }

  private void update(byte[] bytes, int at, int length, byte[] to, int toAt) {
    try {
      int done = cipher.update(bytes, at, length, to, toAt);
      if (done != length) {
        // Allowed to a provider, though the JDK's own never does: then the stream is of no use.
        throw new IllegalStateException(cipher.getProvider() + " holds back " + (length - done));
      }
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-CBC over " + length + " bytes", e);
    }
  }
}

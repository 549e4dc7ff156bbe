package dev.adit.api.datagram;

import dev.adit.api.secret.SecretBytes;

/**
 * One direction of ESP, RFC 4303.
 *
 * @param spi as an unsigned number, most significant byte first on the wire
 * @param encryptionKey of the cipher's length
 * @param integrityKey of the MAC's length
 * @param firstSequence number of the first packet: 0 or 1
 * @param replayWindow packets, 0 for none, at most 2^20
 */
public record SaParameters(
    int spi,
    EspCipher cipher,
    SecretBytes encryptionKey,
    EspMac mac,
    SecretBytes integrityKey,
    int firstSequence,
    int replayWindow)
    implements AutoCloseable {
  /** CBC ciphers with explicit IV, RFC 3602. */
  public enum EspCipher {
    AES_128_CBC(16),
    AES_256_CBC(32);

    private final int keyBytes;

    EspCipher(int keyBytes) {
      this.keyBytes = keyBytes;
    }

    public int keyBytes() {
      return keyBytes;
    }
  }

  /** Truncated HMACs: RFC 2403, 2404, 4868. */
  public enum EspMac {
    HMAC_MD5_96(16, 12),
    HMAC_SHA1_96(20, 12),
    HMAC_SHA256_128(32, 16);

    private final int keyBytes;
    private final int icvBytes;

    EspMac(int keyBytes, int icvBytes) {
      this.keyBytes = keyBytes;
      this.icvBytes = icvBytes;
    }

    public int keyBytes() {
      return keyBytes;
    }

    public int icvBytes() {
      return icvBytes;
    }
  }

  public SaParameters {
    if (encryptionKey.length() != cipher.keyBytes() || integrityKey.length() != mac.keyBytes()) {
      throw new IllegalArgumentException(
          "keys of " + encryptionKey.length() + " and " + integrityKey.length() + " bytes");
    }
    if (Integer.compareUnsigned(spi, 255) <= 0) {
      throw new IllegalArgumentException("SPI " + Integer.toUnsignedString(spi) + " is reserved");
    }
    if (firstSequence < 0 || firstSequence > 1 || replayWindow < 0 || replayWindow > 1 << 20) {
      throw new IllegalArgumentException(
          "first number " + firstSequence + ", replay window " + replayWindow);
    }
  }

  @Override
  public void close() {
    encryptionKey.close();
    integrityKey.close();
  }
}

package dev.adit.juniper.esp;

import dev.adit.api.datagram.SaParameters.EspCipher;
import dev.adit.api.datagram.SaParameters.EspMac;
import dev.adit.api.error.PeerViolationException;

/**
 * Cipher and MAC as attributes 8/1 and 8/2 number them, observed with openconnect 9.01 but for MAC
 * 3, which is known of Pulse. Both are there or there is no ESP: NULL, DES and what else a number
 * may mean are refused.
 */
public record EspSuite(EspCipher cipher, EspMac mac) {
  private static final int AES_128 = 2;
  private static final int AES_256 = 5;
  private static final int MD5 = 1;
  private static final int SHA1 = 2;
  private static final int SHA256 = 3;

  /** The suite with these numbers. */
  public static EspSuite fromWire(int cipher, int mac) throws PeerViolationException {
    EspCipher known =
        switch (cipher) {
          case AES_128 -> EspCipher.AES_128_CBC;
          case AES_256 -> EspCipher.AES_256_CBC;
          default ->
              throw new PeerViolationException(
                  "ESP cipher (8/1)", "2 (AES-128) or 5 (AES-256)", String.valueOf(cipher));
        };
    EspMac authentic =
        switch (mac) {
          case MD5 -> EspMac.HMAC_MD5_96;
          case SHA1 -> EspMac.HMAC_SHA1_96;
          case SHA256 -> EspMac.HMAC_SHA256_128;
          default ->
              throw new PeerViolationException(
                  "ESP MAC (8/2)", "1 (MD5), 2 (SHA1) or 3 (SHA256)", String.valueOf(mac));
        };
    return new EspSuite(known, authentic);
  }

  public int cipherNumber() {
    return switch (cipher) {
      case AES_128_CBC -> AES_128;
      case AES_256_CBC -> AES_256;
    };
  }

  public int macNumber() {
    return switch (mac) {
      case HMAC_MD5_96 -> MD5;
      case HMAC_SHA1_96 -> SHA1;
      case HMAC_SHA256_128 -> SHA256;
    };
  }

  /** For people: {@code AES-128, SHA1}. */
  @Override
  public String toString() {
    String one =
        switch (cipher) {
          case AES_128_CBC -> "AES-128";
          case AES_256_CBC -> "AES-256";
        };
    String other =
        switch (mac) {
          case HMAC_MD5_96 -> "MD5";
          case HMAC_SHA1_96 -> "SHA1";
          case HMAC_SHA256_128 -> "SHA256";
        };
    return one + ", " + other;
  }
}

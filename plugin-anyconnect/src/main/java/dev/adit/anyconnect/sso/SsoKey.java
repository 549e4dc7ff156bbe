package dev.adit.anyconnect.sso;

import dev.adit.api.error.PeerViolationException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/** A fresh key pair on P-256, for which the server seals the token. Lives as long as the log-in. */
public final class SsoKey {
  /** Header that tells the server the public half. */
  public static final String HEADER = "X-AnyConnect-STRAP-DH-Pubkey";

  /** DER SubjectPublicKeyInfo, RFC 5480, point not compressed. */
  static final int PUBLIC_BYTES = 91;

  private static final byte[] PUBLIC_HEAD =
      HexFormat.of().parseHex("3059301306072a8648ce3d020106082a8648ce3d03010703420004");

  private final KeyPair pair;

  SsoKey(KeyPair pair) {
    this.pair = pair;
  }

  public static SsoKey fresh(SecureRandom random) {
    return new SsoKey(freshPair(random));
  }

  static KeyPair freshPair(SecureRandom random) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"), random);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("P-256 of the JDK", e);
    }
  }

  /** Value of {@link #HEADER}. */
  public String header() {
    return Base64.getEncoder().encodeToString(publicKey());
  }

  /**
   * Opens what a browser brought.
   *
   * @return bytes of the token, the caller's to wipe
   * @throws PeerViolationException malformed, or sealed for another key
   */
  public byte[] open(byte[] blob) throws PeerViolationException {
    return SealedToken.open(pair.getPrivate(), blob);
  }

  /**
   * Seals a token for the owner of a public key, with a fresh pair; for a gateway.
   *
   * @param theirs SubjectPublicKeyInfo
   */
  public static byte[] seal(byte[] theirs, byte[] token, SecureRandom random)
      throws PeerViolationException {
    byte[] iv = new byte[12];
    random.nextBytes(iv);
    return SealedToken.seal(fresh(random), theirs, iv, token);
  }

  byte[] publicKey() {
    return pair.getPublic().getEncoded();
  }

  PrivateKey privateKey() {
    return pair.getPrivate();
  }

  /** A point, 04 and its coordinates, as {@link #parsePublic} takes it. */
  static byte[] encoded(byte[] point) {
    byte[] der = Arrays.copyOf(PUBLIC_HEAD, PUBLIC_BYTES);
    System.arraycopy(point, 1, der, PUBLIC_HEAD.length, PUBLIC_BYTES - PUBLIC_HEAD.length);
    return der;
  }

  /** Of this curve and this encoding alone; that the point is on the curve ECDH checks. */
  static PublicKey parsePublic(byte[] der) throws GeneralSecurityException {
    if (der.length != PUBLIC_BYTES
        || !Arrays.equals(der, 0, PUBLIC_HEAD.length, PUBLIC_HEAD, 0, PUBLIC_HEAD.length)) {
      throw new GeneralSecurityException("not a public key on P-256");
    }
    return KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(der));
  }

  @Override
  public String toString() {
    return "SsoKey";
  }
}

package dev.adit.anyconnect.sso;

import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.secret.SecretBytes;
import dev.adit.api.tunnel.TlsSession;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPrivateKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/**
 * A key pair on P-256 that a session is bound to (STRAP): whoever has the cookie alone cannot open
 * a tunnel. The server learns the public half in the log-in. Each CONNECT proves the private half,
 * for this very TLS connection, and names the key that is good from then on:
 *
 * <pre>
 * X-AnyConnect-STRAP-Pubkey   SubjectPublicKeyInfo of the next key, base64
 * X-AnyConnect-STRAP-Verify   ECDSA with SHA-256 in DER, base64, by the present key, over
 *                             channel binding ‖ SubjectPublicKeyInfo of the next key
 * channel binding             TLS 1.2: tls-unique (RFC 5929)
 *                             TLS 1.3: exporter "EXPORTER-Channel-Binding", 32 bytes (RFC 9266)
 * </pre>
 *
 * <p>The first CONNECT of a log-in or a kept cookie names its own key again, so that a cookie can
 * be handed to another process; each later one names a fresh key. Seen with openconnect 9.01
 * against a gateway of our own.
 */
public final class StrapKey {
  /** Header of the public half: in the log-in the present one, at CONNECT the next. */
  public static final String PUBLIC_HEADER = "X-AnyConnect-STRAP-Pubkey";

  /** Header of the proof. */
  public static final String PROOF_HEADER = "X-AnyConnect-STRAP-Verify";

  /** What is exported of TLS 1.3, RFC 9266 §2. */
  public static final String EXPORT_LABEL = "EXPORTER-Channel-Binding";

  /** Length of that. */
  public static final int EXPORT_BYTES = 32;

  /** ECPrivateKey, RFC 5915, of this curve: up to the number, and between it and the point. */
  private static final byte[] PRIVATE_HEAD = HexFormat.of().parseHex("30770201010420");

  private static final byte[] PRIVATE_MIDDLE =
      HexFormat.of().parseHex("a00a06082a8648ce3d030107a144034200");
  private static final int NUMBER_BYTES = 32;
  private static final int POINT_BYTES = 65;
  private static final int PRIVATE_BYTES =
      PRIVATE_HEAD.length + NUMBER_BYTES + PRIVATE_MIDDLE.length + POINT_BYTES;

  private final KeyPair pair;

  private StrapKey(KeyPair pair) {
    this.pair = pair;
  }

  public static StrapKey fresh(SecureRandom random) {
    return new StrapKey(SsoKey.freshPair(random));
  }

  /**
   * Reads what {@link #kept} gives.
   *
   * @throws VpnException it is no private key on P-256; the message does not repeat it
   */
  public static StrapKey parse(String base64) throws VpnException {
    byte[] der = new byte[0];
    try {
      der = Base64.getDecoder().decode(base64);
      int middle = PRIVATE_HEAD.length + NUMBER_BYTES;
      if (der.length != PRIVATE_BYTES
          || !startsWith(der, 0, PRIVATE_HEAD)
          || !startsWith(der, middle, PRIVATE_MIDDLE)) {
        throw new GeneralSecurityException("another form");
      }
      int point = middle + PRIVATE_MIDDLE.length;
      byte[] number = Arrays.copyOfRange(der, PRIVATE_HEAD.length, middle);
      ECPrivateKeySpec spec = new ECPrivateKeySpec(new BigInteger(1, number), curve());
      Arrays.fill(number, (byte) 0);
      return new StrapKey(
          new KeyPair(
              SsoKey.parsePublic(SsoKey.encoded(Arrays.copyOfRange(der, point, der.length))),
              KeyFactory.getInstance("EC").generatePrivate(spec)));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new VpnException(
          Kind.CONFIGURATION,
          "the cookie's openconnect_strapkey is no EC private key on P-256 in base64");
    } finally {
      Arrays.fill(der, (byte) 0);
    }
  }

  /** ECPrivateKey in base64: a secret, as it is kept beside the cookie. */
  public String kept() {
    byte[] number = ((ECPrivateKey) pair.getPrivate()).getS().toByteArray();
    byte[] point = publicKey();
    ByteBuffer der = ByteBuffer.allocate(PRIVATE_BYTES);
    der.put(PRIVATE_HEAD);
    int length = Math.min(NUMBER_BYTES, number.length);
    der.position(PRIVATE_HEAD.length + NUMBER_BYTES - length);
    der.put(number, number.length - length, length);
    der.put(PRIVATE_MIDDLE);
    der.put(point, point.length - POINT_BYTES, POINT_BYTES);
    String text = Base64.getEncoder().encodeToString(der.array());
    Arrays.fill(number, (byte) 0);
    Arrays.fill(der.array(), (byte) 0);
    return text;
  }

  /** Value of {@link #PUBLIC_HEADER}. */
  public String header() {
    return Base64.getEncoder().encodeToString(publicKey());
  }

  /** Value of {@link #PROOF_HEADER}, by this key for the next. */
  public String proof(byte[] binding, StrapKey next) {
    try {
      Signature signature = Signature.getInstance("SHA256withECDSA");
      signature.initSign(pair.getPrivate());
      signature.update(binding);
      signature.update(next.publicKey());
      return Base64.getEncoder().encodeToString(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("ECDSA of the JDK", e);
    }
  }

  /**
   * Whether a proof is good; for a gateway.
   *
   * @param present value of {@link #PUBLIC_HEADER} in the log-in, or in the last CONNECT
   */
  public static boolean proves(String present, byte[] binding, String next, String proof) {
    try {
      Base64.Decoder base64 = Base64.getDecoder();
      byte[] nextKey = base64.decode(next);
      SsoKey.parsePublic(nextKey);
      Signature signature = Signature.getInstance("SHA256withECDSA");
      signature.initVerify(SsoKey.parsePublic(base64.decode(present)));
      signature.update(binding);
      signature.update(nextKey);
      return signature.verify(base64.decode(proof));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      return false;
    }
  }

  /** What ties a proof to one TLS connection. */
  public static byte[] binding(TlsSession tls) {
    if (tls.tlsUnique().isPresent()) {
      return tls.tlsUnique().get();
    }
    try (SecretBytes exported = tls.exported(EXPORT_LABEL)) {
      return Arrays.copyOf(exported.expose(), EXPORT_BYTES);
    }
  }

  private byte[] publicKey() {
    return pair.getPublic().getEncoded();
  }

  private static boolean startsWith(byte[] bytes, int at, byte[] with) {
    return Arrays.equals(bytes, at, at + with.length, with, 0, with.length);
  }

  private static ECParameterSpec curve() throws GeneralSecurityException {
    AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
    parameters.init(new ECGenParameterSpec("secp256r1"));
    return parameters.getParameterSpec(ECParameterSpec.class);
  }

  @Override
  public String toString() {
    return "StrapKey";
  }
}

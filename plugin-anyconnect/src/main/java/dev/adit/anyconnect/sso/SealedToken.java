package dev.adit.anyconnect.sso;

import dev.adit.api.error.PeerViolationException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * A token sealed for one client, as its browser carries it. Big-endian; values in any order:
 *
 * <pre>
 * 00 01                          version
 * tag16 length16 value           1: public key of the server, SubjectPublicKeyInfo on P-256, 91 bytes
 *                                2: tag of AES-256-GCM, its first 12 bytes
 *                                3: ciphertext
 *                                4: IV, 12 bytes
 *
 * Z   = ECDH (our private key, the server's public key), x coordinate, 32 bytes
 * key = HKDF-SHA256 (salt none, input Z, info "AC_ECIES"), 32 bytes         RFC 5869
 * </pre>
 *
 * Seen with openconnect 9.01 against a gateway of our own.
 */
final class SealedToken {
  private static final int VERSION = 1;
  private static final int PUBLIC_KEY = 1;
  private static final int TAG = 2;
  private static final int CIPHERTEXT = 3;
  private static final int IV = 4;
  private static final int TAG_BYTES = 12;
  private static final int IV_BYTES = 12;
  private static final int MAX_TOKEN_BYTES = 4096;
  private static final byte[] INFO = {'A', 'C', '_', 'E', 'C', 'I', 'E', 'S', 1};

  private SealedToken() {}

  /**
   * Opens a blob.
   *
   * @return the token's bytes, the caller's to wipe
   * @throws PeerViolationException malformed, or sealed for another key
   */
  static byte[] open(PrivateKey ours, byte[] blob) throws PeerViolationException {
    byte[][] values = values(blob);
    byte[] key = key(ours, values[PUBLIC_KEY]);
    try {
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(
          Cipher.DECRYPT_MODE,
          new SecretKeySpec(key, "AES"),
          new GCMParameterSpec(8 * TAG_BYTES, values[IV]));
      cipher.update(values[CIPHERTEXT]);
      return cipher.doFinal(values[TAG]);
    } catch (AEADBadTagException e) {
      throw new PeerViolationException(
          "answer of the browser", "one for this log-in", "one for another");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-GCM of the JDK", e);
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  /**
   * The other direction, for a gateway.
   *
   * @param own a fresh pair
   * @param iv 12 bytes, never used with that pair before
   */
  static byte[] seal(SsoKey own, byte[] theirs, byte[] iv, byte[] token)
      throws PeerViolationException {
    byte[] key = key(own.privateKey(), theirs);
    try {
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(
          Cipher.ENCRYPT_MODE,
          new SecretKeySpec(key, "AES"),
          new GCMParameterSpec(8 * TAG_BYTES, iv));
      byte[] sealed = cipher.doFinal(token);
      ByteArrayOutputStream blob = new ByteArrayOutputStream();
      blob.write(0);
      blob.write(VERSION);
      value(blob, PUBLIC_KEY, own.publicKey());
      value(blob, TAG, Arrays.copyOfRange(sealed, token.length, sealed.length));
      value(blob, CIPHERTEXT, Arrays.copyOf(sealed, token.length));
      value(blob, IV, iv);
      return blob.toByteArray();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-GCM of the JDK", e);
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  private static void value(ByteArrayOutputStream blob, int tag, byte[] bytes) {
    blob.write(0);
    blob.write(tag);
    blob.write(bytes.length >> 8);
    blob.write(bytes.length);
    blob.writeBytes(bytes);
  }

  /** By tag; each once, none missing, and of the right length. */
  private static byte[][] values(byte[] blob) throws PeerViolationException {
    ByteBuffer in = ByteBuffer.wrap(blob);
    if (in.remaining() < 2 || in.getShort() != VERSION) {
      throw malformed("another version");
    }
    byte[][] values = new byte[IV + 1][];
    while (in.hasRemaining()) {
      int tag = in.remaining() < 4 ? 0 : Short.toUnsignedInt(in.getShort());
      int length = tag == 0 ? 0 : Short.toUnsignedInt(in.getShort());
      if (tag == 0 || tag > IV || values[tag] != null || length > in.remaining()) {
        throw malformed("a field " + tag + " of " + length + " bytes");
      }
      values[tag] = new byte[length];
      in.get(values[tag]);
    }
    for (int tag = PUBLIC_KEY; tag <= IV; tag++) {
      int length = values[tag] == null ? -1 : values[tag].length;
      boolean right =
          switch (tag) {
            case PUBLIC_KEY -> length == SsoKey.PUBLIC_BYTES;
            case TAG -> length == TAG_BYTES;
            case IV -> length == IV_BYTES;
            default -> length > 0 && length <= MAX_TOKEN_BYTES;
          };
      if (!right) {
        throw malformed("a field " + tag + " of " + length + " bytes");
      }
    }
    return values;
  }

  private static byte[] key(PrivateKey ours, byte[] theirs) throws PeerViolationException {
    byte[] secret = new byte[0];
    byte[] extracted = new byte[0];
    try {
      KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
      agreement.init(ours);
      agreement.doPhase(SsoKey.parsePublic(theirs), true);
      secret = agreement.generateSecret();
      extracted = hmac(new byte[32], secret);
      return hmac(extracted, INFO);
    } catch (GeneralSecurityException e) {
      throw malformed("a public key that is no point of P-256");
    } finally {
      Arrays.fill(secret, (byte) 0);
      Arrays.fill(extracted, (byte) 0);
    }
  }

  private static byte[] hmac(byte[] key, byte[] message) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(message);
  }

  private static PeerViolationException malformed(String got) {
    return new PeerViolationException("answer of the browser", "a sealed token", got);
  }
}

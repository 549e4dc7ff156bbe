package dev.adit.anyconnect.dtls;

import dev.adit.api.secret.SecretBytes;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.IvParameterSpec;

/**
 * HMAC-SHA1, then padding, then CBC with an explicit random IV: RFC 4346 §6.2.3.2.
 *
 * <p>Opening does the same work whatever is wrong: a record with bad padding is taken as one with
 * no padding, its MAC is computed and compared all the same, and the hash blocks that a shorter
 * plaintext saves are made up for (the counter-measure of RFC 5246 §6.2.3.2, and of the attack
 * known as Lucky Thirteen as far as a managed runtime can).
 */
final class CbcRecordCipher implements RecordCipher {
  private static final int MAC_BYTES = 20;
  private static final int HASH_BLOCK = 64;
  private static final int IVS_AT_ONCE = 64;
  private static final SecretKey NO_MAC_KEY = SecretBytes.noKey(MAC_BYTES, "HmacSHA1");

  private final int version;
  private final int block;
  private final Cipher cipher;
  private final SecretBytes secret;
  private SecretKey key;
  private final Mac mac;
  private final Mac dummyMac;
  private final SecureRandom random;
  private final byte[] ivs;
  private int nextIv;
  private final byte[] header = new byte[RecordHeader.BYTES];
  private final byte[] expected = new byte[MAC_BYTES];
  private final byte[] received = new byte[MAC_BYTES];
  private final byte[] filler = new byte[512];

  CbcRecordCipher(Suite.Bulk bulk, Dialect dialect, byte[] key, byte[] macKey, SecureRandom random)
      throws GeneralSecurityException {
    boolean aes = bulk == Suite.Bulk.AES_CBC;
    this.version = dialect.version();
    this.block = bulk.explicitBytes();
    this.cipher = Cipher.getInstance(aes ? "AES/CBC/NoPadding" : "DESede/CBC/NoPadding");
    this.secret = SecretBytes.copyOf(key, 0, key.length);
    this.key = secret.key(aes ? "AES" : "DESede");
    this.mac = Mac.getInstance("HmacSHA1");
    try (SecretBytes lent = SecretBytes.copyOf(macKey, 0, macKey.length)) {
      this.mac.init(lent.key("HmacSHA1"));
    }
    this.dummyMac = Mac.getInstance("HmacSHA1");
    this.dummyMac.init(NO_MAC_KEY);
    this.random = random;
    this.ivs = new byte[IVS_AT_ONCE * block];
    this.nextIv = ivs.length;
  }

  @Override
  public int seal(byte[] bytes, int body, int plaintextLength, int type, long epochAndSequence) {
    if (nextIv == ivs.length) {
      random.nextBytes(ivs);
      nextIv = 0;
    }
    System.arraycopy(ivs, nextIv, bytes, body, block);
    nextIv += block;
    int at = body + block;
    try {
      authenticate(bytes, at, plaintextLength, type, epochAndSequence);
      mac.doFinal(bytes, at + plaintextLength);
      int unpadded = plaintextLength + MAC_BYTES;
      int padding = block - unpadded % block;
      Arrays.fill(bytes, at + unpadded, at + unpadded + padding, (byte) (padding - 1));
      cipher.init(Cipher.ENCRYPT_MODE, key, new IvParameterSpec(bytes, body, block));
      return block + cipher.doFinal(bytes, at, unpadded + padding, bytes, at);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("sealing a record", e);
    }
  }

  @Override
  public int open(byte[] bytes, int body, int bodyLength, int type, long epochAndSequence) {
    int length = bodyLength - block;
    if (length < MAC_BYTES + 1 || length % block != 0) {
      return REJECTED;
    }
    int at = body + block;
    try {
      cipher.init(Cipher.DECRYPT_MODE, key, new IvParameterSpec(bytes, body, block));
      cipher.doFinal(bytes, at, length, bytes, at);
      int padding = goodPadding(bytes, at, length);
      int content = length - MAC_BYTES - Math.max(padding, 0);
      authenticate(bytes, at, content, type, epochAndSequence);
      mac.doFinal(expected, 0);
      System.arraycopy(bytes, at + content, received, 0, MAC_BYTES);
      equalise(length - MAC_BYTES, content);
      boolean authentic = MessageDigest.isEqual(expected, received);
      return authentic && padding > 0 ? content : REJECTED;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("opening a record", e);
    }
  }

  /** Makes the JCE forget the keys, as far as it lets us: it is given others. */
  @Override
  public void close() {
    secret.close();
    key = SecretBytes.noKey(secret.length(), key.getAlgorithm());
    Arrays.fill(ivs, (byte) 0);
    nextIv = ivs.length;
    Arrays.fill(expected, (byte) 0);
    try {
      cipher.init(Cipher.ENCRYPT_MODE, key, new IvParameterSpec(ivs, 0, block));
      mac.init(NO_MAC_KEY);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("forgetting a key", e);
    }
  }

  /** Bytes of padding with its length byte, or 0 if any of them is wrong; looks at all of them. */
  private static int goodPadding(byte[] bytes, int at, int length) {
    int last = bytes[at + length - 1] & 0xff;
    int most = length - MAC_BYTES;
    int wrong = last + 1 > most ? 1 : 0;
    int looked = Math.min(256, most);
    for (int i = 0; i < looked; i++) {
      int inside = i <= last ? 0xff : 0;
      wrong |= inside & ((bytes[at + length - 1 - i] & 0xff) ^ last);
    }
    return wrong == 0 ? last + 1 : 0;
  }

  private void authenticate(byte[] bytes, int at, int length, int type, long epochAndSequence) {
    Bytes.put64(header, 0, epochAndSequence);
    header[8] = (byte) type;
    Bytes.put16(header, 9, version);
    Bytes.put16(header, 11, length);
    mac.update(header, 0, RecordHeader.BYTES);
    mac.update(bytes, at, length);
  }

  /** Hashes as many more blocks as the longest possible content would have taken. */
  private void equalise(int longest, int content) {
    int missing = blocks(longest) - blocks(content);
    dummyMac.update(filler, 0, missing * HASH_BLOCK);
    dummyMac.reset();
  }

  private static int blocks(int content) {
    return (RecordHeader.BYTES + content + 9 + HASH_BLOCK - 1) / HASH_BLOCK;
  }
}

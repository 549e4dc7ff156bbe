package dev.adit.core.esp;

import dev.adit.api.datagram.SaParameters;
import dev.adit.api.datagram.SaParameters.EspCipher;
import dev.adit.api.datagram.SaParameters.EspMac;
import dev.adit.api.secret.SecretBytes;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** The oracle: one packet at a time, as RFC 4303 words it, with everything made anew. */
final class NaiveEsp {
  /** What was in a packet. */
  static final class Payload {
    final long number;
    final int nextHeader;
    final byte[] bytes;

    Payload(long number, int nextHeader, byte[] bytes) {
      this.number = number;
      this.nextHeader = nextHeader;
      this.bytes = bytes;
    }
  }

  final int spi;
  private final EspCipher cipher;
  private final byte[] key;
  private final EspMac mac;
  private final byte[] macKey;

  private NaiveEsp(int spi, EspCipher cipher, byte[] key, EspMac mac, byte[] macKey) {
    this.spi = spi;
    this.cipher = cipher;
    this.key = key;
    this.mac = mac;
    this.macKey = macKey;
  }

  /** Keys cut from the front of a block of 64 bytes. */
  static NaiveEsp of(int spi, EspCipher cipher, EspMac mac, byte[] block) {
    int middle = cipher.keyBytes();
    return new NaiveEsp(
        spi,
        cipher,
        Arrays.copyOf(block, middle),
        mac,
        Arrays.copyOfRange(block, middle, middle + mac.keyBytes()));
  }

  static NaiveEsp random(EspCipher cipher, EspMac mac, long seed) {
    Random random = new Random(seed);
    byte[] block = new byte[64];
    random.nextBytes(block);
    return of(random.nextInt() | 0x100, cipher, mac, block);
  }

  /** The same SA for the code under test, with keys of its own. */
  SaParameters sa(int firstSequence, int window) {
    return new SaParameters(
        spi,
        cipher,
        SecretBytes.owning(key.clone()),
        mac,
        SecretBytes.owning(macKey.clone()),
        firstSequence,
        window);
  }

  /** Seals with the least padding. */
  byte[] seal(long number, byte[] iv, byte[] payload, int nextHeader) {
    int padding = (16 - (payload.length + 2) % 16) % 16;
    byte[] plain = Arrays.copyOf(payload, payload.length + padding + 2);
    for (int i = 0; i < padding; i++) {
      plain[payload.length + i] = (byte) (i + 1);
    }
    plain[plain.length - 2] = (byte) padding;
    plain[plain.length - 1] = (byte) nextHeader;
    return sealPlain(number, iv, plain);
  }

  /** Seals what has its trailer already, right or wrong. */
  byte[] sealPlain(long number, byte[] iv, byte[] plain) {
    try {
      Cipher aes = Cipher.getInstance("AES/CBC/NoPadding");
      aes.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new IvParameterSpec(iv));
      byte[] secret = aes.doFinal(plain);
      ByteBuffer datagram = ByteBuffer.allocate(24 + secret.length + mac.icvBytes());
      datagram.putInt(spi).putInt((int) number).put(iv).put(secret);
      datagram.put(icv(datagram.array(), 24 + secret.length), 0, mac.icvBytes());
      return datagram.array();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /** Opens, without a thought for replays. */
  Optional<Payload> open(byte[] datagram) {
    int body = datagram.length - mac.icvBytes();
    if (body < 40 || body % 16 != 8) {
      return Optional.empty();
    }
    try {
      byte[] expected = Arrays.copyOf(icv(datagram, body), mac.icvBytes());
      ByteBuffer in = ByteBuffer.wrap(datagram);
      if (in.getInt() != spi
          || !Arrays.equals(expected, Arrays.copyOfRange(datagram, body, datagram.length))) {
        return Optional.empty();
      }
      long number = Integer.toUnsignedLong(in.getInt());
      Cipher aes = Cipher.getInstance("AES/CBC/NoPadding");
      aes.init(
          Cipher.DECRYPT_MODE, new SecretKeySpec(key, "AES"), new IvParameterSpec(datagram, 8, 16));
      byte[] plain = aes.doFinal(datagram, 24, body - 24);
      int padding = plain[plain.length - 2] & 0xff;
      int length = plain.length - 2 - padding;
      for (int i = 0; i < padding; i++) {
        if (length < 0 || plain[length + i] != (byte) (i + 1)) {
          return Optional.empty();
        }
      }
      return Optional.of(
          new Payload(number, plain[plain.length - 1] & 0xff, Arrays.copyOf(plain, length)));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private byte[] icv(byte[] bytes, int length) throws GeneralSecurityException {
    String name =
        switch (mac) {
          case HMAC_MD5_96 -> "HmacMD5";
          case HMAC_SHA1_96 -> "HmacSHA1";
          case HMAC_SHA256_128 -> "HmacSHA256";
        };
    Mac hmac = Mac.getInstance(name);
    hmac.init(new SecretKeySpec(macKey, name));
    hmac.update(bytes, 0, length);
    return hmac.doFinal();
  }
}

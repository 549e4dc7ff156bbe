package dev.adit.anyconnect.dtls;

import java.util.Arrays;
import java.util.Optional;

/**
 * Cipher suites by their number. The key exchange in a name matters for PSK alone: the others are
 * never negotiated, only "resumed", so that several numbers are the same thing on the wire.
 */
enum Suite {
  PSK_AES_128_GCM(0x00a8, Bulk.GCM, 16, 0, Prf.SHA256, true),
  PSK_AES_256_GCM(0x00a9, Bulk.GCM, 32, 0, Prf.SHA384, true),
  PSK_CHACHA20_POLY1305(0xccab, Bulk.CHACHA20, 32, 0, Prf.SHA256, true),
  RSA_AES_128_GCM(0x009c, Bulk.GCM, 16, 0, Prf.SHA256, false),
  RSA_AES_256_GCM(0x009d, Bulk.GCM, 32, 0, Prf.SHA384, false),
  ECDHE_RSA_AES_128_GCM(0xc02f, Bulk.GCM, 16, 0, Prf.SHA256, false),
  ECDHE_RSA_AES_256_GCM(0xc030, Bulk.GCM, 32, 0, Prf.SHA384, false),
  RSA_AES_128_SHA(0x002f, Bulk.AES_CBC, 16, 20, Prf.SHA256, false),
  RSA_AES_256_SHA(0x0035, Bulk.AES_CBC, 32, 20, Prf.SHA256, false),
  DHE_RSA_AES_128_SHA(0x0033, Bulk.AES_CBC, 16, 20, Prf.SHA256, false),
  DHE_RSA_AES_256_SHA(0x0039, Bulk.AES_CBC, 32, 20, Prf.SHA256, false),
  RSA_3DES_SHA(0x000a, Bulk.DES_EDE_CBC, 24, 20, Prf.SHA256, false);

  /** How records are protected. */
  enum Bulk {
    /** RFC 5288: 4 bytes of fixed IV, 8 bytes of explicit nonce, 16 of tag. */
    GCM(4, 8, 16),
    /** RFC 7905: 12 bytes of fixed IV, nothing explicit. */
    CHACHA20(12, 0, 16),
    /** RFC 5246 §6.2.3.2: MAC, then encrypt, explicit IV of one block. */
    AES_CBC(0, 16, 16),
    DES_EDE_CBC(0, 8, 8);

    private final int fixedIvBytes;
    private final int explicitBytes;
    private final int trailerBytes;

    Bulk(int fixedIvBytes, int explicitBytes, int trailerBytes) {
      this.fixedIvBytes = fixedIvBytes;
      this.explicitBytes = explicitBytes;
      this.trailerBytes = trailerBytes;
    }

    int fixedIvBytes() {
      return fixedIvBytes;
    }

    /** Bytes between record header and ciphertext. */
    int explicitBytes() {
      return explicitBytes;
    }

    /** The tag, or at most so much padding. */
    int trailerBytes() {
      return trailerBytes;
    }
  }

  private final int id;
  private final Bulk bulk;
  private final int keyBytes;
  private final int macKeyBytes;
  private final Prf prf;
  private final boolean psk;

  Suite(int id, Bulk bulk, int keyBytes, int macKeyBytes, Prf prf, boolean psk) {
    this.id = id;
    this.bulk = bulk;
    this.keyBytes = keyBytes;
    this.macKeyBytes = macKeyBytes;
    this.prf = prf;
    this.psk = psk;
  }

  int id() {
    return id;
  }

  Bulk bulk() {
    return bulk;
  }

  int keyBytes() {
    return keyBytes;
  }

  int macKeyBytes() {
    return macKeyBytes;
  }

  /**
   * The hash of PRF and Finished in DTLS 1.2; the pre-RFC dialect always has {@link Prf#LEGACY}.
   */
  Prf prf(Dialect dialect) {
    return dialect == Dialect.PRE_RFC ? Prf.LEGACY : prf;
  }

  boolean isPsk() {
    return psk;
  }

  static Optional<Suite> byId(int id) {
    return Arrays.stream(values()).filter(s -> s.id == id).findFirst();
  }

  /** The longest plaintext of a record in a UDP payload of so many bytes; header is 13 bytes. */
  int maxPlaintext(int udpPayloadBytes) {
    int body = udpPayloadBytes - RecordHeader.BYTES - bulk.explicitBytes;
    if (macKeyBytes == 0) {
      return body - bulk.trailerBytes;
    }
    int block = bulk.explicitBytes;
    return body / block * block - macKeyBytes - 1;
  }
}

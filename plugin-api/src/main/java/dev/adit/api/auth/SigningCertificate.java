package dev.adit.api.auth;

import dev.adit.api.error.VpnException;
import java.security.cert.X509Certificate;
import java.util.List;

/** A certificate whose key signs for a protocol. The key itself stays where it is. */
public interface SigningCertificate {
  /** Its own certificate first, then those that lead to an authority, as far as they are known. */
  List<X509Certificate> chain();

  /**
   * Signs a message: RSA with PKCS #1 v1.5 padding, or ECDSA in DER, by the kind of the key.
   *
   * @throws VpnException the key does not sign, as one does whose token was removed
   */
  byte[] sign(Hash hash, byte[] message) throws VpnException;

  /** What the message is hashed by. */
  enum Hash {
    SHA256,
    SHA384,
    SHA512
  }
}

package dev.adit.anyconnect.auth;

import dev.adit.api.auth.SigningCertificate;
import dev.adit.api.auth.SigningCertificate.Hash;
import dev.adit.api.error.PeerViolationException;
import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.http.HttpBody;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import java.util.List;
import java.util.Locale;

/**
 * A log-in by two certificates. The machine's is shown in TLS; the user's comes in a document, with
 * a signature over the demand: over the very bytes of the server's answer, from the first of its
 * XML to the last.
 *
 * <pre>
 * demand   multiple-client-cert-request/hash-algorithm   sha256, sha384, sha512; any of them
 *          random                                        makes each demand another
 *          cert-authenticated                            the one in TLS was accepted
 * reply    client-cert-chain cert-store="1M"             says so
 *          client-cert-chain cert-store="1U"             PKCS #7 with no signer, and the signature
 * </pre>
 *
 * Seen with openconnect 9.01 against a gateway of our own.
 */
record TwoCertificates(String chain, String hash, String signature) {
  /** What is offered as {@code auth-method}. */
  static final String METHOD = "multiple-cert";

  private static final Base64.Encoder LINES =
      Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));

  /**
   * Signs a demand.
   *
   * @param offered names of hashes, the strongest of which is taken
   * @param demand the answer that the demand stands in
   */
  static TwoCertificates answer(SigningCertificate user, List<String> offered, HttpBody demand)
      throws VpnException {
    Hash hash = strongest(offered);
    byte[] chain;
    try {
      chain =
          CertificateFactory.getInstance("X.509")
              .generateCertPath(user.chain())
              .getEncoded("PKCS7");
    } catch (CertificateException e) {
      throw new VpnException(Kind.CONFIGURATION, "the second certificate cannot be encoded", e);
    }
    return new TwoCertificates(
        LINES.encodeToString(chain),
        hash.name().toLowerCase(Locale.ROOT),
        LINES.encodeToString(user.sign(hash, demand.expose())));
  }

  private static Hash strongest(List<String> offered) throws PeerViolationException {
    for (Hash hash : List.of(Hash.SHA512, Hash.SHA384, Hash.SHA256)) {
      if (offered.stream().anyMatch(hash.name()::equalsIgnoreCase)) {
        return hash;
      }
    }
    throw new PeerViolationException(
        "hash-algorithm", "sha256, sha384 or sha512", String.join(", ", offered));
  }
}

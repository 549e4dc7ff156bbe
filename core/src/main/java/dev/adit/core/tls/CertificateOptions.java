package dev.adit.core.tls;

/**
 * What the options are called that name a certificate; for messages.
 *
 * @param title of the certificate
 * @param certificate where it is
 * @param key where its key is
 * @param password its passphrase or PIN
 */
public record CertificateOptions(String title, String certificate, String key, String password) {
  /** The one that is shown in TLS. */
  public static final CertificateOptions FIRST =
      new CertificateOptions("client certificate", "--certificate", "--sslkey", "--key-password");

  /** The one that signs, where a server wants two. */
  public static final CertificateOptions SECOND =
      new CertificateOptions(
          "second certificate", "--mca-certificate", "--mca-key", "--mca-key-password");
}

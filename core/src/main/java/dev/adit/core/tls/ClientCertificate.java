package dev.adit.core.tls;

import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.secret.SecretText;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.openssl.PEMEncryptedKeyPair;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8DecryptorProviderBuilder;
import org.bouncycastle.openssl.jcajce.JcePEMDecryptorProviderBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.bouncycastle.pkcs.PKCSException;

/**
 * A certificate chain with its private key, proved to belong together before anything is sent.
 *
 * @param chain own certificate first
 */
public record ClientCertificate(PrivateKey key, List<X509Certificate> chain) {

  /** Asks for the passphrase of a file, when it turns out that one is needed. */
  public interface Passphrase {
    SecretText of(Path file) throws VpnException;
  }

  public ClientCertificate {
    chain = List.copyOf(chain);
  }

  /**
   * Reads PEM (PKCS#8 plain or encrypted, traditional plain or encrypted), DER or PKCS#12; RSA or
   * EC.
   *
   * @param keyFile where the key is, if not in {@code certificateFile}
   */
  public static ClientCertificate load(
      Path certificateFile, Optional<Path> keyFile, Passphrase passphrase) throws VpnException {
    Providers.crypto();
    byte[] bytes = read(certificateFile);
    if (isPkcs12(bytes)) {
      return checked(pkcs12(certificateFile, bytes, passphrase), certificateFile);
    }
    List<X509Certificate> chain = certificates(certificateFile, bytes);
    Path keyPath = keyFile.orElse(certificateFile);
    PrivateKey key = key(keyPath, read(keyPath), passphrase);
    return checked(new ClientCertificate(key, chain), keyPath);
  }

  /** How long it is still valid; negative if it expired. */
  public Duration validFor(Instant now) {
    return Duration.between(now, chain.get(0).getNotAfter().toInstant());
  }

  @Override
  public String toString() {
    return "ClientCertificate[" + chain.get(0).getSubjectX500Principal().getName() + "]";
  }

  private static ClientCertificate checked(ClientCertificate pair, Path file) throws VpnException {
    String algorithm = "EC".equals(pair.key.getAlgorithm()) ? "SHA256withECDSA" : "SHA256withRSA";
    try {
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(pair.key);
      signature.update(new byte[32]);
      byte[] signed = signature.sign();
      signature.initVerify(pair.chain.get(0).getPublicKey());
      signature.update(new byte[32]);
      if (signature.verify(signed)) {
        return pair;
      }
    } catch (GeneralSecurityException e) {
      // Keys of two kinds, to begin with.
    }
    throw new VpnException(
        Kind.CONFIGURATION,
        "the key in "
            + file
            + " does not belong to the certificate \""
            + pair.chain.get(0).getSubjectX500Principal().getName()
            + "\" (--certificate, --sslkey)");
  }

  private static byte[] read(Path file) throws VpnException {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new VpnException(
          Kind.CONFIGURATION,
          "client certificate "
              + file
              + ": "
              + (Files.exists(file) ? "cannot be read" : "no such file"),
          e);
    }
  }

  private static boolean isPem(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1).contains("-----BEGIN ");
  }

  /** PKCS#12 begins with SEQUENCE { INTEGER 3, a certificate with SEQUENCE { SEQUENCE. */
  private static boolean isPkcs12(byte[] bytes) {
    if (bytes.length < 8 || bytes[0] != 0x30) {
      return false;
    }
    int header = (bytes[1] & 0x80) == 0 ? 2 : 2 + (bytes[1] & 0x7f);
    return header + 3 <= bytes.length
        && bytes[header] == 2
        && bytes[header + 1] == 1
        && bytes[header + 2] == 3;
  }

  private static List<X509Certificate> certificates(Path file, byte[] bytes) throws VpnException {
    try {
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      List<X509Certificate> all = new ArrayList<>();
      byte[] certificatesOnly = isPem(bytes) ? onlyCertificates(bytes) : bytes;
      for (Certificate one :
          factory.generateCertificates(new ByteArrayInputStream(certificatesOnly))) {
        all.add((X509Certificate) one);
      }
      if (!all.isEmpty()) {
        return all;
      }
    } catch (CertificateException e) {
      throw new VpnException(
          Kind.CONFIGURATION, "client certificate " + file + ": neither PEM, DER nor PKCS#12", e);
    }
    throw new VpnException(
        Kind.CONFIGURATION, "client certificate " + file + ": there is no certificate in it");
  }

  private static byte[] onlyCertificates(byte[] pem) {
    StringBuilder out = new StringBuilder();
    boolean inside = false;
    for (String line : new String(pem, StandardCharsets.ISO_8859_1).lines().toList()) {
      inside |= line.startsWith("-----BEGIN ") && line.contains("CERTIFICATE");
      if (inside) {
        out.append(line).append('\n');
      }
      inside &= !line.startsWith("-----END ");
    }
    return out.toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  private static PrivateKey key(Path file, byte[] bytes, Passphrase passphrase)
      throws VpnException {
    try {
      if (!isPem(bytes)) {
        return derKey(file, bytes);
      }
      JcaPEMKeyConverter converter = new JcaPEMKeyConverter();
      try (PEMParser parser =
          new PEMParser(new StringReader(new String(bytes, StandardCharsets.ISO_8859_1)))) {
        for (Object o = parser.readObject(); o != null; o = parser.readObject()) {
          if (o instanceof PrivateKeyInfo info) {
            return converter.getPrivateKey(info);
          }
          if (o instanceof PEMKeyPair pair) {
            return converter.getPrivateKey(pair.getPrivateKeyInfo());
          }
          if (o instanceof PEMEncryptedKeyPair encrypted) {
            try (SecretText secret = passphrase.of(file)) {
              return converter.getPrivateKey(
                  encrypted
                      .decryptKeyPair(new JcePEMDecryptorProviderBuilder().build(secret.expose()))
                      .getPrivateKeyInfo());
            }
          }
          if (o instanceof PKCS8EncryptedPrivateKeyInfo encrypted) {
            try (SecretText secret = passphrase.of(file)) {
              return converter.getPrivateKey(
                  encrypted.decryptPrivateKeyInfo(
                      new JceOpenSSLPKCS8DecryptorProviderBuilder().build(secret.expose())));
            }
          }
        }
      }
    } catch (IOException | PKCSException | OperatorCreationException e) {
      throw new VpnException(
          Kind.CONFIGURATION,
          "private key " + file + ": cannot be read; a wrong passphrase (--key-password)?",
          e);
    }
    throw new VpnException(
        Kind.CONFIGURATION, "private key: there is none in " + file + " (--sslkey names its file)");
  }

  private static PrivateKey derKey(Path file, byte[] bytes) throws VpnException {
    for (String algorithm : List.of("RSA", "EC")) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(bytes));
      } catch (GeneralSecurityException e) {
        // Not of this kind.
      }
    }
    throw new VpnException(
        Kind.CONFIGURATION, "private key " + file + ": neither PEM nor PKCS#8 in DER");
  }

  private static ClientCertificate pkcs12(Path file, byte[] bytes, Passphrase passphrase)
      throws VpnException {
    try (SecretText secret = passphrase.of(file)) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(new ByteArrayInputStream(bytes), secret.expose());
      for (String alias : Collections.list(store.aliases())) {
        if (store.isKeyEntry(alias)
            && store.getKey(alias, secret.expose()) instanceof PrivateKey key) {
          List<X509Certificate> chain = new ArrayList<>();
          for (Certificate certificate : store.getCertificateChain(alias)) {
            chain.add((X509Certificate) certificate);
          }
          return new ClientCertificate(key, chain);
        }
      }
      throw new VpnException(Kind.CONFIGURATION, "PKCS#12 file " + file + ": no key in it");
    } catch (IOException | GeneralSecurityException e) {
      throw new VpnException(
          Kind.CONFIGURATION,
          "PKCS#12 file " + file + ": cannot be opened; a wrong passphrase (--key-password)?",
          e);
    }
  }
}

package dev.adit.core.tls;

import dev.adit.api.auth.SigningCertificate;
import dev.adit.api.error.AuthenticationException;
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
import java.security.ProviderException;
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
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.RSAPrivateKey;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.openssl.PEMEncryptedKeyPair;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
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
public record ClientCertificate(PrivateKey key, List<X509Certificate> chain)
    implements SigningCertificate {

  /** Asks for the passphrase of a file, when it turns out that one is needed. */
  public interface Passphrase {
    SecretText of(Path file) throws VpnException;
  }

  public ClientCertificate {
    chain = List.copyOf(chain);
  }

  /**
   * Reads PEM (PKCS#8 plain or encrypted, traditional plain or encrypted), DER (PKCS#8 or
   * traditional) or PKCS#12; RSA or EC.
   *
   * @param keyFile where the key is, if not in {@code certificateFile}
   */
  public static ClientCertificate load(
      Path certificateFile, Optional<Path> keyFile, CertificateOptions names, Passphrase passphrase)
      throws VpnException {
    Providers.install();
    byte[] bytes = read(certificateFile, names);
    if (isPkcs12(bytes)) {
      return checked(
          pkcs12(certificateFile, bytes, names, passphrase), certificateFile.toString(), names);
    }
    List<X509Certificate> chain = certificates(certificateFile, bytes, names);
    Path keyPath = keyFile.orElse(certificateFile);
    PrivateKey key = key(keyPath, read(keyPath, names), names, passphrase);
    return checked(new ClientCertificate(key, chain), keyPath.toString(), names);
  }

  /**
   * With a key that stays on a token: a handle of a provider that is registered, and signs there.
   *
   * @param name of the certificate, for messages
   */
  public static ClientCertificate onToken(
      PrivateKey key, List<X509Certificate> chain, String name, CertificateOptions names)
      throws VpnException {
    Providers.install();
    return checked(new ClientCertificate(key, chain), name, names);
  }

  /** How long it is still valid; negative if it expired. */
  public Duration validFor(Instant now) {
    return Duration.between(now, chain.get(0).getNotAfter().toInstant());
  }

  @Override
  public byte[] sign(Hash hash, byte[] message) throws VpnException {
    try {
      return signed(hash, message);
    } catch (GeneralSecurityException | ProviderException e) {
      // Only a key on a token can fail here: others were tried when they were read.
      throw new AuthenticationException(
          "the key of " + this + " does not sign; was its token removed?");
    }
  }

  private byte[] signed(Hash hash, byte[] message) throws GeneralSecurityException {
    Signature signature = signature(hash);
    signature.initSign(key);
    signature.update(message);
    return signature.sign();
  }

  private Signature signature(Hash hash) throws GeneralSecurityException {
    String kind = "EC".equals(key.getAlgorithm()) ? "ECDSA" : "RSA";
    return Signature.getInstance(hash.name() + "with" + kind);
  }

  @Override
  public String toString() {
    return "ClientCertificate[" + chain.get(0).getSubjectX500Principal().getName() + "]";
  }

  private static ClientCertificate checked(
      ClientCertificate pair, String file, CertificateOptions names) throws VpnException {
    try {
      byte[] signed = pair.signed(Hash.SHA256, new byte[32]);
      Signature signature = pair.signature(Hash.SHA256);
      signature.initVerify(pair.chain.get(0).getPublicKey());
      signature.update(new byte[32]);
      if (signature.verify(signed)) {
        return pair;
      }
    } catch (GeneralSecurityException e) {
      // Keys of two kinds, to begin with.
    } catch (ProviderException e) {
      throw new VpnException(
          Kind.CONFIGURATION, "the key of " + file + " does not sign (" + e.getMessage() + ")", e);
    }
    throw new VpnException(
        Kind.CONFIGURATION,
        "the key in "
            + file
            + " does not belong to the certificate \""
            + pair.chain.get(0).getSubjectX500Principal().getName()
            + "\" ("
            + names.certificate()
            + ", "
            + names.key()
            + ")");
  }

  private static byte[] read(Path file, CertificateOptions names) throws VpnException {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new VpnException(
          Kind.CONFIGURATION,
          names.title()
              + " "
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

  private static List<X509Certificate> certificates(
      Path file, byte[] bytes, CertificateOptions names) throws VpnException {
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
    } catch (CertificateException | RuntimeException e) {
      throw new VpnException(
          Kind.CONFIGURATION, names.title() + " " + file + ": neither PEM, DER nor PKCS#12", e);
    }
    throw new VpnException(
        Kind.CONFIGURATION, names.title() + " " + file + ": there is no certificate in it");
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

  private static PrivateKey key(
      Path file, byte[] bytes, CertificateOptions names, Passphrase passphrase)
      throws VpnException {
    if (!isPem(bytes)) {
      return derKey(file, bytes);
    }
    try (PEMParser parser =
        new PEMParser(new StringReader(new String(bytes, StandardCharsets.ISO_8859_1)))) {
      for (Object o = parser.readObject(); o != null; o = parser.readObject()) {
        if (o instanceof PrivateKeyInfo info) {
          return key(file, info);
        }
        if (o instanceof PEMKeyPair pair) {
          return key(file, pair.getPrivateKeyInfo());
        }
        if (o instanceof PEMEncryptedKeyPair encrypted) {
          try (SecretText secret = passphrase.of(file)) {
            return key(
                file,
                encrypted
                    .decryptKeyPair(new JcePEMDecryptorProviderBuilder().build(secret.expose()))
                    .getPrivateKeyInfo());
          }
        }
        if (o instanceof PKCS8EncryptedPrivateKeyInfo encrypted) {
          try (SecretText secret = passphrase.of(file)) {
            return key(
                file,
                encrypted.decryptPrivateKeyInfo(
                    new JceOpenSSLPKCS8DecryptorProviderBuilder().build(secret.expose())));
          }
        }
      }
    } catch (IOException
        | GeneralSecurityException
        | PKCSException
        | OperatorCreationException
        // What the parser says to bytes that make no sense, as a wrong passphrase makes them.
        | RuntimeException e) {
      throw new VpnException(
          Kind.CONFIGURATION,
          "private key "
              + file
              + ": cannot be read; a wrong passphrase ("
              + names.password()
              + ")?",
          e);
    }
    throw new VpnException(
        Kind.CONFIGURATION,
        "private key: there is none in " + file + " (" + names.key() + " names its file)");
  }

  /** By the JDK, whose name for the kind of key is the one that everything else here knows. */
  private static PrivateKey key(Path file, PrivateKeyInfo info)
      throws VpnException, GeneralSecurityException, IOException {
    ASN1ObjectIdentifier kind = info.getPrivateKeyAlgorithm().getAlgorithm();
    boolean ec = kind.equals(X9ObjectIdentifiers.id_ecPublicKey);
    if (!ec && !kind.equals(PKCSObjectIdentifiers.rsaEncryption)) {
      throw new VpnException(
          Kind.CONFIGURATION,
          "private key " + file + ": a key of kind " + kind + ", and only RSA or EC can be used");
    }
    return KeyFactory.getInstance(ec ? "EC" : "RSA")
        .generatePrivate(new PKCS8EncodedKeySpec(info.getEncoded()));
  }

  /** PKCS#8, or the older forms of RSA and EC. */
  private static PrivateKey derKey(Path file, byte[] bytes) throws VpnException {
    try {
      return key(file, PrivateKeyInfo.getInstance(bytes));
    } catch (GeneralSecurityException | IOException | RuntimeException e) {
      // Not of this kind.
    }
    try {
      return key(
          file,
          new PrivateKeyInfo(
              new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE),
              RSAPrivateKey.getInstance(bytes)));
    } catch (GeneralSecurityException | IOException | RuntimeException e) {
      // Nor of this.
    }
    try {
      ECPrivateKey ec = ECPrivateKey.getInstance(bytes);
      return key(
          file,
          new PrivateKeyInfo(
              new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, ec.getParametersObject()),
              ec));
    } catch (GeneralSecurityException | IOException | RuntimeException e) {
      throw new VpnException(
          Kind.CONFIGURATION,
          "private key " + file + ": neither PEM nor DER of an RSA or EC key without passphrase",
          e);
    }
  }

  private static ClientCertificate pkcs12(
      Path file, byte[] bytes, CertificateOptions names, Passphrase passphrase)
      throws VpnException {
    try (SecretText secret = passphrase.of(file)) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(new ByteArrayInputStream(bytes), secret.expose());
      for (String alias : Collections.list(store.aliases())) {
        if (store.isKeyEntry(alias)
            && store.getKey(alias, secret.expose()) instanceof PrivateKey key) {
          List<X509Certificate> chain = new ArrayList<>();
          Certificate[] own = store.getCertificateChain(alias);
          for (Certificate certificate : own == null ? new Certificate[0] : own) {
            chain.add((X509Certificate) certificate);
          }
          if (!chain.isEmpty()) {
            return new ClientCertificate(key, chain);
          }
        }
      }
      throw new VpnException(
          Kind.CONFIGURATION, "PKCS#12 file " + file + ": no key with its certificate in it");
    } catch (IOException | GeneralSecurityException | RuntimeException e) {
      throw new VpnException(
          Kind.CONFIGURATION,
          "PKCS#12 file "
              + file
              + ": cannot be opened; a wrong passphrase ("
              + names.password()
              + ")?",
          e);
    }
  }
}

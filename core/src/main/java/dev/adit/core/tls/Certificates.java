package dev.adit.core.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Vector;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.CertificateEntry;
import org.bouncycastle.tls.DefaultTlsCredentialedSigner;
import org.bouncycastle.tls.SignatureAlgorithm;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;
import org.bouncycastle.tls.SignatureScheme;
import org.bouncycastle.tls.TlsContext;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.crypto.TlsCertificate;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCrypto;
import org.jspecify.annotations.Nullable;

/** Between the certificates of bctls and those of the JDK. */
final class Certificates {
  private static final int[] RSA_SCHEMES = {
    SignatureScheme.rsa_pss_rsae_sha256,
    SignatureScheme.rsa_pss_rsae_sha384,
    SignatureScheme.rsa_pss_rsae_sha512,
    SignatureScheme.rsa_pkcs1_sha256,
    SignatureScheme.rsa_pkcs1_sha384,
    SignatureScheme.rsa_pkcs1_sha512
  };
  private static final int[] EC_SCHEMES = {
    SignatureScheme.ecdsa_secp256r1_sha256,
    SignatureScheme.ecdsa_secp384r1_sha384,
    SignatureScheme.ecdsa_secp521r1_sha512
  };

  private Certificates() {}

  static List<X509Certificate> chain(Certificate certificate) throws IOException {
    List<X509Certificate> chain = new ArrayList<>();
    try {
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      for (TlsCertificate one : certificate.getCertificateList()) {
        chain.add(
            (X509Certificate)
                factory.generateCertificate(new ByteArrayInputStream(one.getEncoded())));
      }
    } catch (CertificateException e) {
      throw new TlsFatalAlert(AlertDescription.bad_certificate, e);
    }
    return chain;
  }

  /** Credentials with a signature that both sides know, or null if there is none. */
  static @Nullable TlsCredentials signer(
      TlsContext context,
      JcaTlsCrypto crypto,
      PrivateKey key,
      List<X509Certificate> chain,
      @Nullable Vector<?> peerAlgorithms,
      byte[] requestContext)
      throws IOException {
    SignatureAndHashAlgorithm algorithm = choose(context, chain, peerAlgorithms);
    if (algorithm == null) {
      return null;
    }
    boolean tls13 = TlsUtils.isTLSv13(context);
    CertificateEntry[] entries = new CertificateEntry[chain.size()];
    TlsCertificate[] plain = new TlsCertificate[chain.size()];
    for (int i = 0; i < entries.length; i++) {
      try {
        plain[i] = crypto.createCertificate(chain.get(i).getEncoded());
      } catch (CertificateException e) {
        throw new TlsFatalAlert(AlertDescription.internal_error, e);
      }
      entries[i] = new CertificateEntry(plain[i], null);
    }
    Certificate certificate =
        tls13 ? new Certificate(requestContext, entries) : new Certificate(plain);
    return new DefaultTlsCredentialedSigner(
        new TlsCryptoParameters(context), new KeySigner(key), certificate, algorithm);
  }

  private static @Nullable SignatureAndHashAlgorithm choose(
      TlsContext context, List<X509Certificate> chain, @Nullable Vector<?> peerAlgorithms) {
    boolean ec = "EC".equals(chain.get(0).getPublicKey().getAlgorithm());
    for (int scheme : ec ? EC_SCHEMES : RSA_SCHEMES) {
      SignatureAndHashAlgorithm algorithm = SignatureScheme.getSignatureAndHashAlgorithm(scheme);
      boolean pkcs1 = algorithm.getSignature() == SignatureAlgorithm.rsa;
      boolean curveFits = !ec || curveBits(chain.get(0)) == curveBits(scheme);
      if (TlsUtils.isTLSv13(context) && (pkcs1 || !curveFits)) {
        continue;
      }
      if (peerAlgorithms == null || peerAlgorithms.contains(algorithm)) {
        return algorithm;
      }
    }
    return null;
  }

  private static int curveBits(X509Certificate certificate) {
    return certificate.getPublicKey() instanceof ECPublicKey ec
        ? ec.getParams().getCurve().getField().getFieldSize()
        : 0;
  }

  private static int curveBits(int scheme) {
    return switch (scheme) {
      case SignatureScheme.ecdsa_secp256r1_sha256 -> 256;
      case SignatureScheme.ecdsa_secp384r1_sha384 -> 384;
      default -> 521;
    };
  }
}

package dev.adit.core.tls;

import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/** A certificate with its key, made for one test. */
record MadeCertificate(X509Certificate certificate, PrivateKey key) {
  private static final Duration DAY = Duration.ofDays(1);

  /** A key pair of {@code RSA} or {@code EC}. */
  static KeyPair keys(String algorithm) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
    generator.initialize(algorithm.equals("EC") ? 256 : 2048);
    return generator.generateKeyPair();
  }

  static MadeCertificate selfSigned(KeyPair keys, String name) throws Exception {
    return make(keys, name, null, -1, 90, false);
  }

  static MadeCertificate authority(String name) throws Exception {
    return make(keys("EC"), name, null, -1, 90, true);
  }

  /** One that this one signs, good from and until so many days from now. */
  MadeCertificate issues(String name, int from, int until) throws Exception {
    return make(keys("EC"), name, this, from, until, false);
  }

  MadeCertificate issues(KeyPair keys, String name) throws Exception {
    return make(keys, name, this, -1, 90, false);
  }

  MadeCertificate issuesAuthority(String name) throws Exception {
    return make(keys("EC"), name, this, -1, 90, true);
  }

  ClientCertificate with(MadeCertificate... above) {
    List<X509Certificate> chain = new ArrayList<>(List.of(certificate));
    for (MadeCertificate each : above) {
      chain.add(each.certificate);
    }
    return new ClientCertificate(key, chain);
  }

  private static MadeCertificate make(
      KeyPair keys,
      String name,
      @Nullable MadeCertificate issuer,
      int from,
      int until,
      boolean authority)
      throws Exception {
    Instant now = Instant.now();
    X500Name subject = new X500Name("CN=" + name);
    X500Name by =
        issuer == null
            ? subject
            : X500Name.getInstance(issuer.certificate.getSubjectX500Principal().getEncoded());
    PrivateKey signer = issuer == null ? keys.getPrivate() : issuer.key;
    JcaX509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
            by,
            new BigInteger(62, ThreadLocalRandom.current()).add(BigInteger.ONE),
            Date.from(now.plus(DAY.multipliedBy(from))),
            Date.from(now.plus(DAY.multipliedBy(until))),
            subject,
            keys.getPublic());
    if (authority) {
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
    } else {
      builder.addExtension(
          Extension.subjectAlternativeName,
          false,
          new GeneralNames(new GeneralName(GeneralName.dNSName, name.replace(' ', '-'))));
    }
    String algorithm = signer.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
    return new MadeCertificate(
        new JcaX509CertificateConverter()
            .getCertificate(builder.build(new JcaContentSignerBuilder(algorithm).build(signer))),
        keys.getPrivate());
  }
}

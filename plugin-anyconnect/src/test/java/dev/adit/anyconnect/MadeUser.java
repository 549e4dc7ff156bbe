package dev.adit.anyconnect;

import dev.adit.api.auth.SigningCertificate;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;

/** A user's certificate, EC P-256, CN=alice; made for these tests alone. */
public final class MadeUser implements SigningCertificate {
  private static final String KEY =
      "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgo0u38qGfzJ0TdYBinLSNsqK11u9S"
          + "Fg1Qf1XSn2Ou+qihRANCAASKJaDF3tAW1B7kpUyYV8VCh9mav3AT5tEc5t/bbDNrrBqxzwWrzsBi"
          + "ZtTy572SHRtURpCiWmgzvzXtyzYkU8gx";
  private static final String CERTIFICATE =
      """
      -----BEGIN CERTIFICATE-----
      MIIBdzCCAR2gAwIBAgIUb1RRdVQFwtHW0FksNhSiseldd5UwCgYIKoZIzj0EAwIw
      EDEOMAwGA1UEAwwFYWxpY2UwIBcNMjYxMTI2MTgxMTQ0WhgPMjEyNjExMDIxODEx
      NDRaMBAxDjAMBgNVBAMMBWFsaWNlMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE
      iiWgxd7QFtQe5KVMmFfFQofZmr9wE+bRHObf22wza6wasc8Fq87AYmbU8ue9kh0b
      VEaQolpoM7817cs2JFPIMaNTMFEwHQYDVR0OBBYEFOA87l5pfVNj+aaqmjnX8RGw
      kK+1MB8GA1UdIwQYMBaAFOA87l5pfVNj+aaqmjnX8RGwkK+1MA8GA1UdEwEB/wQF
      MAMBAf8wCgYIKoZIzj0EAwIDSAAwRQIgerJRclz1yRX39WLFaYP2jKGM7sav4hKm
      9lUQ3ZGuw24CIQC+5LgOwWTeJ1uBzDW9CTK0y+rExBv503oPWU6CkRbAug==
      -----END CERTIFICATE-----
      """;

  @Override
  public List<X509Certificate> chain() {
    try {
      return List.of(
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(
                      new ByteArrayInputStream(CERTIFICATE.getBytes(StandardCharsets.US_ASCII))));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public byte[] sign(Hash hash, byte[] message) {
    try {
      Signature signature = Signature.getInstance(hash + "withECDSA");
      signature.initSign(
          KeyFactory.getInstance("EC")
              .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(KEY))));
      signature.update(message);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}

package dev.adit.juniper;

import dev.adit.api.secret.SecretBytes;
import dev.adit.api.tunnel.TlsSession;
import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/** A connection to a server with a certificate made for these tests alone. */
public final class FixedTls implements TlsSession {
  /** Self-signed, EC P-256, CN=vpn.test. */
  private static final String CERTIFICATE =
      """
      -----BEGIN CERTIFICATE-----
      MIIBfDCCASOgAwIBAgIUIXHl0767dZUW05d1aAGbmA8f3hEwCgYIKoZIzj0EAwIw
      EzERMA8GA1UEAwwIdnBuLnRlc3QwIBcNMjYxMTI0MTAxNzMwWhgPMjEyNjEwMzEx
      MDE3MzBaMBMxETAPBgNVBAMMCHZwbi50ZXN0MFkwEwYHKoZIzj0CAQYIKoZIzj0D
      AQcDQgAEWJ8nX8HrhCIzawVRcBDrhCerZPT+wa7W+gTB5g+ZuyAn6TdAMQPcAr21
      SZoow6lEpysAqq6Awzeb/IT1WVSeraNTMFEwHQYDVR0OBBYEFLxtx/6hvWQejfqO
      uq8taXp6nBQpMB8GA1UdIwQYMBaAFLxtx/6hvWQejfqOuq8taXp6nBQpMA8GA1Ud
      EwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDRwAwRAIgZNRnNkjMuujJUG32964bZfPj
      gmOpJk/cSEHYXuWQqHUCIEZZ/iq3DrV5zQSL7iS3u51oAtsZi7Gh2hJwAznKLs4O
      -----END CERTIFICATE-----
      """;

  @Override
  public String version() {
    return "TLSv1.3";
  }

  @Override
  public String cipherSuite() {
    return "TLS_AES_256_GCM_SHA384";
  }

  @Override
  public List<X509Certificate> peerChain() {
    try {
      return List.of(
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(
                      new ByteArrayInputStream(CERTIFICATE.getBytes(StandardCharsets.US_ASCII))));
    } catch (CertificateException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public boolean clientCertificateSent() {
    return false;
  }

  @Override
  public InetSocketAddress peerAddress() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 443);
  }

  @Override
  public SecretBytes exported(String label) {
    throw new AssertionError("the log-in exports nothing");
  }

  @Override
  public Optional<byte[]> tlsUnique() {
    return Optional.empty();
  }
}

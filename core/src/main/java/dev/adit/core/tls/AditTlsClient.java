package dev.adit.core.tls;

import dev.adit.api.error.VpnException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Vector;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.CipherSuite;
import org.bouncycastle.tls.DefaultTlsClient;
import org.bouncycastle.tls.NameType;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.ServerName;
import org.bouncycastle.tls.TlsAuthentication;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsServerCertificate;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCrypto;
import org.jspecify.annotations.Nullable;

/** What bctls asks a client. */
final class AditTlsClient extends DefaultTlsClient {
  private static final int[] SUITES = {
    CipherSuite.TLS_AES_256_GCM_SHA384,
    CipherSuite.TLS_AES_128_GCM_SHA256,
    CipherSuite.TLS_CHACHA20_POLY1305_SHA256,
    CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
    CipherSuite.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
    CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
    CipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
    CipherSuite.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
    CipherSuite.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
    CipherSuite.TLS_DHE_RSA_WITH_AES_256_GCM_SHA384,
    CipherSuite.TLS_DHE_RSA_WITH_AES_128_GCM_SHA256,
    CipherSuite.TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA,
    CipherSuite.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA
  };

  /** For old servers: keys that open recorded traffic once the server's own is known. */
  private static final int[] STATIC_RSA = {
    CipherSuite.TLS_RSA_WITH_AES_256_GCM_SHA384,
    CipherSuite.TLS_RSA_WITH_AES_128_GCM_SHA256,
    CipherSuite.TLS_RSA_WITH_AES_256_CBC_SHA,
    CipherSuite.TLS_RSA_WITH_AES_128_CBC_SHA
  };

  private final JcaTlsCrypto jca;
  private final TlsSettings settings;
  private final String host;
  private final TlsPeerView view;

  AditTlsClient(JcaTlsCrypto crypto, TlsSettings settings, String host) {
    super(crypto);
    this.jca = crypto;
    this.settings = settings;
    this.host = host;
    this.view = new TlsPeerView(settings.exports());
  }

  TlsPeerView view() {
    return view;
  }

  @Override
  protected ProtocolVersion[] getSupportedVersions() {
    return ProtocolVersion.TLSv13.downTo(ProtocolVersion.TLSv12);
  }

  @Override
  protected int[] getSupportedCipherSuites() {
    if (settings.forwardSecrecyOnly()) {
      return SUITES.clone();
    }
    int[] all = Arrays.copyOf(SUITES, SUITES.length + STATIC_RSA.length);
    System.arraycopy(STATIC_RSA, 0, all, SUITES.length, STATIC_RSA.length);
    return all;
  }

  @Override
  protected @Nullable Vector<ServerName> getSNIServerNames() {
    String name = settings.serverName().orElse(host);
    if (HostNames.isAddress(name)) {
      // RFC 6066 §3: literal addresses are not permitted.
      return null;
    }
    Vector<ServerName> names = new Vector<>(1);
    names.add(new ServerName(NameType.host_name, name.getBytes(StandardCharsets.US_ASCII)));
    return names;
  }

  @Override
  public TlsAuthentication getAuthentication() {
    return new Authentication();
  }

  @Override
  public void notifyHandshakeComplete() throws IOException {
    super.notifyHandshakeComplete();
    view.complete(context);
  }

  private final class Authentication implements TlsAuthentication {
    @Override
    public void notifyServerCertificate(TlsServerCertificate certificate) throws IOException {
      List<X509Certificate> chain = Certificates.chain(certificate.getCertificate());
      try {
        settings.trust().check(chain, settings.serverName().orElse(host));
      } catch (VpnException e) {
        view.failed(e);
        throw new TlsFatalAlert(AlertDescription.bad_certificate, e);
      }
      view.peerChain(chain);
    }

    @Override
    public @Nullable TlsCredentials getClientCredentials(CertificateRequest request)
        throws IOException {
      if (settings.certificate().isEmpty()) {
        return null;
      }
      TlsCredentials credentials =
          Certificates.signer(
              context,
              jca,
              settings.certificate().get().key(),
              settings.certificate().get().chain(),
              request.getSupportedSignatureAlgorithms(),
              request.getCertificateRequestContext());
      if (credentials != null) {
        view.clientCertificateSent();
      }
      return credentials;
    }
  }
}

package dev.adit.core.tls;

import java.io.IOException;
import java.util.Vector;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.CipherSuite;
import org.bouncycastle.tls.ClientCertificateType;
import org.bouncycastle.tls.DefaultTlsServer;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCrypto;
import org.bouncycastle.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What bctls asks a server. */
final class AditTlsServer extends DefaultTlsServer {
  private static final int[] TLS_1_3 = {
    CipherSuite.TLS_AES_256_GCM_SHA384,
    CipherSuite.TLS_CHACHA20_POLY1305_SHA256,
    CipherSuite.TLS_AES_128_GCM_SHA256
  };
  private static final int[] BY_ECDSA = {
    CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
    CipherSuite.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
    CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256
  };
  private static final int[] BY_RSA = {
    CipherSuite.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
    CipherSuite.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
    CipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
  };

  private final JcaTlsCrypto jca;
  private final TlsServerSettings settings;
  private final TlsPeerView view;

  AditTlsServer(JcaTlsCrypto crypto, TlsServerSettings settings) {
    super(crypto);
    this.jca = crypto;
    this.settings = settings;
    this.view = new TlsPeerView(settings.exports());
  }

  TlsPeerView view() {
    return view;
  }

  @Override
  protected ProtocolVersion[] getSupportedVersions() {
    return ProtocolVersion.TLSv13.downTo(ProtocolVersion.TLSv12);
  }

  /** Those of TLS 1.2 fit the key: bctls would offer all, and clients refuse what does not fit. */
  @Override
  protected int[] getSupportedCipherSuites() {
    boolean ec = "EC".equals(settings.identity().key().getAlgorithm());
    return Arrays.concatenate(TLS_1_3, ec ? BY_ECDSA : BY_RSA);
  }

  @Override
  public TlsCredentials getCredentials() throws IOException {
    TlsCredentials credentials =
        Certificates.signer(
            context,
            jca,
            settings.identity().key(),
            settings.identity().chain(),
            context.getSecurityParametersHandshake().getClientSigAlgs(),
            TlsUtils.EMPTY_BYTES);
    if (credentials == null) {
      throw new TlsFatalAlert(AlertDescription.handshake_failure);
    }
    return credentials;
  }

  @Override
  public @Nullable CertificateRequest getCertificateRequest() throws IOException {
    if (!settings.clientCertificates()) {
      return null;
    }
    Vector<?> algorithms = TlsUtils.getDefaultSupportedSignatureAlgorithms(context);
    return TlsUtils.isTLSv13(context)
        ? new CertificateRequest(TlsUtils.EMPTY_BYTES, algorithms, null, null)
        : new CertificateRequest(
            new short[] {ClientCertificateType.rsa_sign, ClientCertificateType.ecdsa_sign},
            algorithms,
            null);
  }

  @Override
  public void notifyClientCertificate(Certificate certificate) throws IOException {
    if (!certificate.isEmpty()) {
      view.peerChain(Certificates.chain(certificate));
      view.clientCertificateSent();
    }
  }

  @Override
  public void notifyHandshakeComplete() throws IOException {
    super.notifyHandshakeComplete();
    view.complete(context);
  }
}

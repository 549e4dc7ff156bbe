package dev.adit.core.tls;

import dev.adit.api.ProtocolInfo.TlsExport;
import dev.adit.api.error.VpnException;
import dev.adit.api.secret.SecretBytes;
import dev.adit.api.tunnel.TlsSession;
import java.lang.reflect.Field;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.tls.ChannelBinding;
import org.bouncycastle.tls.CipherSuite;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.SecurityParameters;
import org.bouncycastle.tls.TlsContext;
import org.bouncycastle.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What is kept of a handshake: facts, exported keys, and why it failed. */
final class TlsPeerView implements AutoCloseable {
  private final List<TlsExport> exports;
  private final Map<String, SecretBytes> exported = new HashMap<>();
  private List<X509Certificate> chain = List.of();
  private boolean clientCertificateSent;
  private String version = "";
  private String suite = "";
  private byte @Nullable [] tlsUnique;
  private @Nullable VpnException failure;

  TlsPeerView(List<TlsExport> exports) {
    this.exports = exports;
  }

  void peerChain(List<X509Certificate> certificates) {
    chain = List.copyOf(certificates);
  }

  void clientCertificateSent() {
    clientCertificateSent = true;
  }

  void failed(VpnException why) {
    failure = why;
  }

  @Nullable VpnException failure() {
    return failure;
  }

  /** To be called when the handshake completes, which is the only time for exports. */
  void complete(TlsContext context) {
    SecurityParameters parameters = context.getSecurityParametersConnection();
    ProtocolVersion negotiated = parameters.getNegotiatedVersion();
    version = ProtocolVersion.TLSv13.equals(negotiated) ? "TLSv1.3" : "TLSv1.2";
    suite = suiteName(parameters.getCipherSuite());
    for (TlsExport export : exports) {
      exported.put(export.label(), SecretBytes.owning(export(context, parameters, export)));
    }
    if ("TLSv1.2".equals(version)) {
      tlsUnique = context.exportChannelBinding(ChannelBinding.tls_unique);
    }
  }

  /**
   * RFC 5705, no context. Some servers in wide use have no extended master secret, without which
   * RFC 7627 §5.4 advises against exports: the attack it means needs a connection that is resumed
   * or renegotiated, and here there is neither.
   */
  private static byte[] export(
      TlsContext context, SecurityParameters parameters, TlsExport export) {
    if (ProtocolVersion.TLSv13.equals(parameters.getNegotiatedVersion())
        || parameters.isExtendedMasterSecret()) {
      return context.exportKeyingMaterial(export.label(), null, export.length());
    }
    byte[] seed = Arrays.concatenate(parameters.getClientRandom(), parameters.getServerRandom());
    return parameters
        .getMasterSecret()
        .deriveUsingPRF(parameters.getPRFAlgorithm(), export.label(), seed, export.length())
        .extract();
  }

  TlsSession session(InetSocketAddress address) {
    return new Session(address);
  }

  @Override
  public void close() {
    exported.values().forEach(SecretBytes::close);
    exported.clear();
  }

  private static String suiteName(int suite) {
    return switch (suite) {
      case CipherSuite.TLS_AES_128_GCM_SHA256 -> "TLS_AES_128_GCM_SHA256";
      case CipherSuite.TLS_AES_256_GCM_SHA384 -> "TLS_AES_256_GCM_SHA384";
      case CipherSuite.TLS_CHACHA20_POLY1305_SHA256 -> "TLS_CHACHA20_POLY1305_SHA256";
      case CipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 ->
          "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256";
      case CipherSuite.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384 ->
          "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384";
      case CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 ->
          "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256";
      case CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384 ->
          "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384";
      default -> rareSuiteName(suite);
    };
  }

  /** The library has names for its own use alone: as constants. */
  private static String rareSuiteName(int suite) {
    try {
      for (Field each : CipherSuite.class.getFields()) {
        if (each.getInt(null) == suite) {
          return each.getName();
        }
      }
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
    return "0x%04x".formatted(suite);
  }

  private final class Session implements TlsSession {
    private final InetSocketAddress address;

    private Session(InetSocketAddress address) {
      this.address = address;
    }

    @Override
    public String version() {
      return version;
    }

    @Override
    public String cipherSuite() {
      return suite;
    }

    @Override
    public List<X509Certificate> peerChain() {
      return chain;
    }

    @Override
    public boolean clientCertificateSent() {
      return clientCertificateSent;
    }

    @Override
    public InetSocketAddress peerAddress() {
      return address;
    }

    @Override
    public SecretBytes exported(String label) {
      SecretBytes value = exported.get(label);
      if (value == null) {
        throw new IllegalArgumentException(
            "no keying material for \"" + label + "\": not declared, or this connection has none");
      }
      return SecretBytes.copyOf(value.expose(), 0, value.length());
    }

    @Override
    public Optional<byte[]> tlsUnique() {
      return Optional.ofNullable(tlsUnique).map(byte[]::clone);
    }
  }
}

package dev.adit.api.tunnel;

import dev.adit.api.secret.SecretBytes;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/** Facts of an established TLS connection. */
public interface TlsSession {
  /** {@code TLSv1.2} or {@code TLSv1.3}. */
  String version();

  /** As registered: {@code TLS_AES_256_GCM_SHA384}. */
  String cipherSuite();

  /** The server's chain, its own certificate first; already judged by core. */
  List<X509Certificate> peerChain();

  /** Whether the server asked for a client certificate and got one. */
  boolean clientCertificateSent();

  /** Address and port that the TCP connection, or the proxy on our behalf, goes to. */
  InetSocketAddress peerAddress();

  /**
   * Keying material for an export that the protocol declared ({@link
   * dev.adit.api.ProtocolInfo#tlsExports}), RFC 5705 without context. A fresh copy, the caller's to
   * close.
   */
  SecretBytes exported(String label);

  /** {@code tls-unique} of RFC 5929, for TLS 1.2 only. */
  Optional<byte[]> tlsUnique();
}

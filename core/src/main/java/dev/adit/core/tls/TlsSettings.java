package dev.adit.core.tls;

import dev.adit.api.ProtocolInfo.TlsExport;
import java.util.List;
import java.util.Optional;

/**
 * How to speak TLS with one server.
 *
 * @param trust decides on its certificate
 * @param certificate offered if the server asks for one
 * @param serverName sent as SNI instead of the host's name
 * @param exports keying material to take while it can be taken
 * @param forwardSecrecyOnly no suite with static RSA key exchange
 */
public record TlsSettings(
    ServerTrust trust,
    Optional<ClientCertificate> certificate,
    Optional<String> serverName,
    List<TlsExport> exports,
    boolean forwardSecrecyOnly) {
  public TlsSettings {
    exports = List.copyOf(exports);
  }

  /** The same, but no certificate is offered. */
  public TlsSettings withoutCertificate() {
    return new TlsSettings(trust, Optional.empty(), serverName, exports, forwardSecrecyOnly);
  }
}

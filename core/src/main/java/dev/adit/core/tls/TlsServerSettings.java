package dev.adit.core.tls;

import dev.adit.api.ProtocolInfo.TlsExport;
import java.util.List;

/**
 * How a gateway of ours speaks TLS.
 *
 * @param identity its certificate and key
 * @param clientCertificates whether to ask for one; what comes is not judged here, only proved to
 *     be the client's
 * @param exports as for a client
 */
public record TlsServerSettings(
    ClientCertificate identity, boolean clientCertificates, List<TlsExport> exports) {
  public TlsServerSettings {
    exports = List.copyOf(exports);
  }
}

package dev.adit.anyconnect.gateway;

import dev.adit.anyconnect.compress.Encoding;
import dev.adit.anyconnect.dtls.DtlsEngine;
import dev.adit.anyconnect.dtls.DtlsParameters;
import dev.adit.api.gateway.AddressPool.Lease;
import dev.adit.api.secret.SecretBytes;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A user who is logged in, from the log-in to the log-out; connections come and go. */
final class Session {
  final String user;
  final String cookie;

  /** How often the tunnel was opened. */
  int tunnels;

  /** The key that the client proves at each CONNECT, as its header says it. */
  Optional<String> strapKey = Optional.empty();

  @Nullable Lease lease;
  @Nullable GatewayClient client;
  @Nullable DtlsParameters dtlsParameters;
  private @Nullable SecretBytes dtlsSecret;
  @Nullable DtlsEngine dtls;
  Optional<Encoding> dtlsEncoding = Optional.empty();
  @Nullable InetSocketAddress dtlsAddress;

  /** Whether packets for the client go by DTLS: so long as its own last came that way. */
  boolean byDtls;

  Session(String user, String cookie) {
    this.user = user;
    this.cookie = cookie;
  }

  /** What the next associations are made with; what former ones were made with is wiped. */
  void offerDtls(DtlsParameters parameters, SecretBytes secret) {
    forgetSecret();
    dtlsParameters = parameters;
    dtlsSecret = secret;
  }

  void closeDtls() {
    if (dtls != null) {
      dtls.close();
    }
    dtls = null;
    forgetSecret();
    dtlsAddress = null;
    byDtls = false;
  }

  private void forgetSecret() {
    if (dtlsSecret != null) {
      dtlsSecret.close();
    }
    dtlsSecret = null;
    dtlsParameters = null;
  }

  boolean dtlsIsReady() {
    return dtls != null && dtls.isReady();
  }

  @Override
  public String toString() {
    return "Session[" + user + "]";
  }
}

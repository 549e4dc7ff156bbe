package dev.adit.core.net;

import dev.adit.api.error.VpnException;

/** Makes TLS connections; {@link Connector} in earnest, something scripted in tests. */
public interface Dialer {
  /** Blocks until the handshake is over. */
  TlsConnection connect(Target target) throws VpnException, InterruptedException;
}

package dev.adit.core.net;

import dev.adit.api.error.VpnException;
import java.net.InetAddress;
import java.util.List;

/** Makes TLS connections; {@link Connector} in earnest, something scripted in tests. */
public interface Dialer {
  /** Blocks until the handshake is over. */
  TlsConnection connect(Target target) throws VpnException, InterruptedException;

  /**
   * Where {@link #connect} would send its first packets, asked of the resolver now; may block.
   *
   * @return best first; empty if it cannot be told
   */
  List<InetAddress> addresses(Target target);
}

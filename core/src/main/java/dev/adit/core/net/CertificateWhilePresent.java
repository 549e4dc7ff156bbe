package dev.adit.core.net;

import dev.adit.api.error.VpnException;
import dev.adit.core.tls.KeyRemovedException;
import java.net.InetAddress;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * For a session, which its cookie proves: once the token with the certificate's key is gone,
 * connections are made without the certificate. Any thread.
 */
public final class CertificateWhilePresent implements Dialer {
  private static final Logger LOG = LoggerFactory.getLogger(CertificateWhilePresent.class);

  private final Dialer with;
  private final Dialer without;
  private volatile boolean gone;

  public CertificateWhilePresent(Dialer with, Dialer without) {
    this.with = with;
    this.without = without;
  }

  @Override
  public TlsConnection connect(Target target) throws VpnException, InterruptedException {
    if (!gone) {
      try {
        return with.connect(target);
      } catch (KeyRemovedException e) {
        gone = true;
        LOG.warn("{} Going on with the session's cookie alone.", e.getMessage());
      }
    }
    return without.connect(target);
  }

  @Override
  public List<InetAddress> addresses(Target target) {
    return with.addresses(target);
  }
}

package dev.adit.juniper;

import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.http.HttpResponse;

/**
 * Servers that have left Network Connect for its successor, Pulse (IF-T/TLS). Their log-in pages
 * often still work, so that it may show only when the tunnel is opened.
 */
public final class PulseOnly {
  private static final String UPGRADE = "IF-T/TLS";

  private PulseOnly() {}

  /** Whether an answer asks to go on with IF-T/TLS, or has done so. */
  public static boolean isOffered(HttpResponse response) {
    return response.status() == 101
        || response.header("Upgrade").filter(u -> u.contains(UPGRADE)).isPresent();
  }

  /** The same words wherever it shows. */
  public static VpnException at(String host) {
    return new VpnException(
        Kind.UNREACHABLE,
        host
            + " speaks Pulse (IF-T/TLS) and no longer Network Connect, the protocol of this plugin;"
            + " its administrator can allow Network Connect again, a client for Pulse does without");
  }
}

package dev.adit.core.tls;

import dev.adit.api.error.VpnException;

/**
 * The server's certificate was not accepted; the message ends with the pin that would accept it.
 */
public final class UntrustedServerException extends VpnException {
  private static final long serialVersionUID = 1L;

  private final String pin;

  UntrustedServerException(String host, String reason, String pin) {
    super(
        Kind.UNTRUSTED_SERVER,
        "the certificate of "
            + host
            + " is not trusted: "
            + reason
            + ".\nIf you know by another way that this is your server, add\n  --servercert "
            + pin);
    this.pin = pin;
  }

  /** {@code pin-sha256:...} of the key that was shown. */
  public String pin() {
    return pin;
  }
}

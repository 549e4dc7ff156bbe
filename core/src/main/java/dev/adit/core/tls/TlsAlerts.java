package dev.adit.core.tls;

import org.bouncycastle.tls.AlertDescription;

/** Alerts in words. */
final class TlsAlerts {
  private TlsAlerts() {}

  static String words(short description) {
    String name = AlertDescription.getName(description);
    String hint =
        switch (description) {
          case AlertDescription.handshake_failure ->
              "no common cipher suite, or a client certificate is missing";
          case AlertDescription.protocol_version -> "no common TLS version (1.2 and 1.3 here)";
          case AlertDescription.certificate_required -> "it wants a client certificate";
          case AlertDescription.unknown_ca, AlertDescription.bad_certificate ->
              "a certificate was not accepted";
          case AlertDescription.certificate_expired -> "a certificate has expired";
          case AlertDescription.access_denied -> "access denied";
          case AlertDescription.unrecognized_name -> "it does not know that host name (--sni)";
          default -> "";
        };
    return "alert " + description + " " + name + (hint.isEmpty() ? "" : " (" + hint + ")");
  }
}

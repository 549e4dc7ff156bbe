package dev.adit.core.tls;

import dev.adit.api.error.VpnException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;

/**
 * A server's public key by its SHA-256, over the DER of SubjectPublicKeyInfo.
 *
 * @param hex 64 lower-case digits
 */
public record ServerPin(String hex) {
  private static final String BASE64 = "pin-sha256:";
  private static final String HEX = "sha256:";

  /** Reads {@code pin-sha256:BASE64} or {@code sha256:HEX}, complete ones only. */
  public static ServerPin parse(String text) throws VpnException {
    try {
      if (text.startsWith(BASE64)) {
        byte[] hash = Base64.getDecoder().decode(text.substring(BASE64.length()));
        if (hash.length == 32) {
          return new ServerPin(HexFormat.of().formatHex(hash));
        }
      } else if (text.toLowerCase(Locale.ROOT).startsWith(HEX)) {
        String hex = text.substring(HEX.length()).toLowerCase(Locale.ROOT);
        if (hex.matches("[0-9a-f]{64}")) {
          return new ServerPin(hex);
        }
      } else if (text.startsWith("sha1:") || text.matches("[0-9a-fA-F]{40}")) {
        throw refused(text, "SHA-1 is refused, because collisions of it can be bought");
      } else {
        throw refused(text, "it begins with neither pin-sha256: nor sha256:");
      }
    } catch (IllegalArgumentException e) {
      throw refused(text, "it is not Base64");
    }
    throw refused(text, "it is not whole; a part of a hash can be met by somebody else's key");
  }

  /** The pin of a certificate's key. */
  public static ServerPin of(X509Certificate certificate) {
    try {
      return new ServerPin(
          HexFormat.of()
              .formatHex(
                  MessageDigest.getInstance("SHA-256")
                      .digest(certificate.getPublicKey().getEncoded())));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK lacks SHA-256", e);
    }
  }

  /** {@code pin-sha256:BASE64}. */
  @Override
  public String toString() {
    return BASE64 + Base64.getEncoder().encodeToString(HexFormat.of().parseHex(hex));
  }

  private static VpnException refused(String text, String why) {
    return new VpnException(
        VpnException.Kind.CONFIGURATION,
        "--servercert " + text + ": " + why + "; use pin-sha256: and 44 characters of Base64");
  }
}

package dev.adit.juniper.oncp;

import dev.adit.api.auth.ClientIdentity;
import dev.adit.api.error.PeerViolationException;
import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.tunnel.TunnelContext;
import dev.adit.api.tunnel.TunnelEvent;
import dev.adit.juniper.SessionCookies;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * From HTTP to oNCP: the request, what its answer means, and the packet that names this host.
 * Observed with openconnect 9.01: 256 bytes of body are announced and never sent, and {@code
 * Connection: close} is what makes the server change the protocol.
 */
final class Upgrade {
  /** Most bytes of an answer's head. */
  static final int MAX_HEAD_BYTES = 64 << 10;

  private static final int LONGEST_NAME = 255;
  private static final byte[] BEFORE_NAME = {0, 4, 0, 0, 0};
  private static final byte[] BEHIND_NAME = {(byte) 0xbb, 1, 0, 0, 0, 0};

  private Upgrade() {}

  static byte[] request(TunnelContext context) throws VpnException {
    URI url = context.ticket().connectUrl();
    String port = url.getPort() > 0 && url.getPort() != 443 ? ":" + url.getPort() : "";
    ClientIdentity identity = context.settings().identity();
    try (SessionCookies cookies = SessionCookies.parse(context.ticket().cookie())) {
      return ("POST /dana/js?prot=1&svc=4 HTTP/1.1\r\nHost: "
              + url.getHost()
              + port
              + "\r\nUser-Agent: "
              + identity.userAgent().orElse("Open AnyConnect VPN Agent v9.01")
              + "\r\nCookie: "
              + cookies.toHeader()
              + "\r\nNCP-Version: 3\r\nConnection: close\r\nContent-Length: 256\r\n\r\n")
          .getBytes(StandardCharsets.ISO_8859_1);
    }
  }

  /** The first thing after the answer: little-endian lengths around this host's name. */
  static byte[] hostname(String name) {
    byte[] ascii = name.replaceAll("[^!-~]", "-").getBytes(StandardCharsets.US_ASCII);
    int length = Math.min(ascii.length, LONGEST_NAME);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] number = new byte[2];
    OncpRecord.writeLength(number, 0, BEFORE_NAME.length + 2 + length + BEHIND_NAME.length);
    out.writeBytes(number);
    out.writeBytes(BEFORE_NAME);
    OncpRecord.writeLength(number, 0, length);
    out.writeBytes(number);
    out.write(ascii, 0, length);
    out.writeBytes(BEHIND_NAME);
    return out.toByteArray();
  }

  /**
   * Why an answer is no tunnel; empty if it is one.
   *
   * @param head up to the empty line
   */
  static Optional<TunnelEvent> refusal(String head) throws PeerViolationException {
    String line = head.lines().findFirst().orElse("");
    if (!line.matches("HTTP/1\\.[01] \\d{3}( .*)?")) {
      throw new PeerViolationException("answer to the upgrade", "an HTTP status line", shown(line));
    }
    int status = Integer.parseInt(line.substring(9, 12));
    if (status == 200 || status == 101) {
      return Optional.empty();
    }
    String words = shown(line.substring(9));
    if (status == 302 || status >= 400 && status < 500) {
      return Optional.of(
          new TunnelEvent.Ended(
              new VpnException(
                  Kind.SESSION_REFUSED,
                  "the server does not accept the session cookie DSID ("
                      + words
                      + "); it has expired or was logged off: log in again")));
    }
    return Optional.of(
        new TunnelEvent.Failed(
            new VpnException(Kind.UNREACHABLE, "the server answers the upgrade with " + words)));
  }

  /** The first byte after the upgrade. */
  static TunnelEvent refusal(int status) {
    String why =
        status == 8
            ? "Network Connect is switched off on this gateway, which offers Pulse (IF-T/TLS) only;"
                + " adit does not speak that"
            : "the gateway refuses the tunnel with status %02x".formatted(status);
    return new TunnelEvent.Ended(new VpnException(Kind.OTHER, why));
  }

  static String shown(String text) {
    String clean = text.replaceAll("[^ -~]", "?");
    return clean.length() > 100 ? clean.substring(0, 100) + "..." : clean;
  }
}

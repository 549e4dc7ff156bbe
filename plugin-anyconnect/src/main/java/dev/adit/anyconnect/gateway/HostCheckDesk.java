package dev.adit.anyconnect.gateway;

import dev.adit.api.OptionValues;
import dev.adit.api.gateway.GatewayOutput;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/**
 * The host check of the gateway ({@code host-check=TEXT}): a client is let in whose report holds
 * that text.
 *
 * <pre>
 *   GET  /+CSCOE+/sdesktop/token.xml?ticket=T   the token that the report is sent with
 *   GET  /CACHE/sdesktop/data.xml               what to report
 *   POST /+CSCOE+/sdesktop/scan.xml             the report, cookie sdesktop=TOKEN
 *   GET  /+CSCOE+/sdesktop/wait.html            a page that refreshes until there is a verdict
 * </pre>
 */
final class HostCheckDesk {
  private static final String WAIT = "/+CSCOE+/sdesktop/wait.html";
  private static final String DATA =
      "<data><hostscan>"
          + "<field value=\"'File','hosts','/etc/hosts'\"/>"
          + "<field value=\"'Process','sshd','sshd'\"/></hostscan></data>";
  private static final int MOST_OPEN = 1_000;

  private enum Verdict {
    PENDING,
    PASSED,
    REFUSED
  }

  private final Optional<String> wanted;
  private final SecureRandom random;
  private final Map<String, String> tokensByTicket = new HashMap<>();
  private final Map<String, Verdict> verdicts = new HashMap<>();

  HostCheckDesk(OptionValues options, SecureRandom random) {
    this.wanted = options.text("host-check");
    this.random = random;
  }

  boolean isDemanded() {
    return wanted.isPresent();
  }

  /** Whether a client that names this token has passed. */
  boolean hasPassed(String token) {
    return !isDemanded() || verdicts.get(token) == Verdict.PASSED;
  }

  /** The element that sends a client here. */
  String order() {
    if (verdicts.size() >= MOST_OPEN) {
      verdicts.clear();
      tokensByTicket.clear();
    }
    String ticket = number();
    String token = number();
    tokensByTicket.put(ticket, token);
    verdicts.put(token, Verdict.PENDING);
    return "<host-scan><host-scan-ticket>"
        + ticket
        + "</host-scan-ticket><host-scan-token>"
        + token
        + "</host-scan-token><host-scan-base-uri>/CACHE/sdesktop/install/</host-scan-base-uri>"
        + "<host-scan-wait-uri>"
        + WAIT
        + "</host-scan-wait-uri></host-scan>";
  }

  /** Answers what belongs to the check; returns whether it did. */
  boolean answers(GatewayRequest request, GatewayOutput out) {
    String path = request.path().replaceFirst("\\?.*", "");
    if (!isDemanded() || !path.contains("/sdesktop/")) {
      return false;
    }
    String token = request.cookie("sdesktop").orElse("");
    switch (path) {
      case "/+CSCOE+/sdesktop/token.xml" -> {
        String ticket = request.path().replaceFirst(".*[?&]ticket=([0-9a-f]*).*", "$1");
        xml(
            "<hostscan><token>" + tokensByTicket.getOrDefault(ticket, "") + "</token></hostscan>",
            out);
      }
      case "/CACHE/sdesktop/data.xml" -> xml(DATA, out);
      case "/+CSCOE+/sdesktop/scan.xml" -> {
        boolean good = request.body().contains(wanted.orElse(""));
        verdicts.replace(token, good ? Verdict.PASSED : Verdict.REFUSED);
        out.event("host-check", good ? "passed" : "refused");
        xml("<hostscan><status>TOKEN_SUCCESS</status></hostscan>", out);
      }
      case WAIT -> {
        switch (verdicts.getOrDefault(token, Verdict.REFUSED)) {
          case PENDING -> html("<meta http-equiv=\"refresh\" content=\"1\">Please wait.", out);
          case PASSED -> xml("<hostscan><status>TOKEN_SUCCESS</status></hostscan>", out);
          case REFUSED -> html("This computer does not meet the requirements.", out);
        }
      }
      default -> GatewayClient.text(out, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
    }
    return true;
  }

  private String number() {
    byte[] bytes = new byte[16];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  private static void xml(String body, GatewayOutput out) {
    reply("text/xml", "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + body, out);
  }

  private static void html(String body, GatewayOutput out) {
    reply("text/html", "<html>" + body + "</html>", out);
  }

  private static void reply(String type, String body, GatewayOutput out) {
    GatewayClient.text(
        out,
        "HTTP/1.1 200 OK\r\nContent-Type: "
            + type
            + "\r\nContent-Length: "
            + body.getBytes(StandardCharsets.UTF_8).length
            + "\r\n\r\n"
            + body);
  }
}

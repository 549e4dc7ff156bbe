package dev.adit.core.net;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;

/**
 * The head of a proxy's answer to CONNECT, as far as it matters.
 *
 * @param status its first line, without control characters
 * @param challenges values of {@code Proxy-Authenticate}
 * @param bodyLength bytes that follow a refusal; empty if the connection cannot be used again
 */
record ProxyAnswer(String status, List<String> challenges, OptionalInt bodyLength) {
  private static final int MAX_BODY_BYTES = 64 << 10;

  static ProxyAnswer parse(String head) {
    List<String> lines = head.lines().toList();
    List<String> challenges = new ArrayList<>();
    int length = -1;
    boolean closes = !lines.get(0).startsWith("HTTP/1.1");
    for (String line : lines.subList(1, lines.size())) {
      int colon = line.indexOf(':');
      String value = line.substring(colon + 1).strip();
      switch (colon < 0 ? "" : line.substring(0, colon).toLowerCase(Locale.ROOT)) {
        case "proxy-authenticate" -> challenges.add(value);
        case "content-length" -> length = value.matches("\\d{1,6}") ? Integer.parseInt(value) : -1;
        case "connection", "proxy-connection" -> closes |= value.equalsIgnoreCase("close");
        case "transfer-encoding" -> closes = true;
        default -> {}
      }
    }
    boolean usable = !closes && length >= 0 && length <= MAX_BODY_BYTES;
    return new ProxyAnswer(
        lines.get(0).replaceAll("\\p{Cntrl}", "?"),
        challenges,
        usable ? OptionalInt.of(length) : OptionalInt.empty());
  }

  boolean isSuccess() {
    return status.matches("HTTP/1\\.[01] 2\\d\\d.*");
  }

  boolean wantsAuthentication() {
    return status.matches("HTTP/1\\.[01] 407.*");
  }
}

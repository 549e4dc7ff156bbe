package dev.adit.anyconnect.gateway;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A request to the gateway, as far as it looks at them.
 *
 * @param headers by lower-case name, the last of each
 */
record GatewayRequest(String method, String path, Map<String, String> headers, String body) {

  /** Takes the first request out of what has come, if it is whole. */
  static Optional<GatewayRequest> take(ByteArrayOutputStream pending) {
    String text = pending.toString(StandardCharsets.ISO_8859_1);
    int end = text.indexOf("\r\n\r\n");
    if (end < 0) {
      return Optional.empty();
    }
    List<String> lines = text.substring(0, end).lines().toList();
    String[] first = lines.get(0).split(" ", -1);
    Map<String, String> headers = new TreeMap<>();
    for (String line : lines.subList(1, lines.size())) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        headers.put(
            line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
      }
    }
    String announced = headers.getOrDefault("content-length", "0");
    int length = announced.matches("\\d{1,6}") ? Integer.parseInt(announced) : 0;
    int bodyAt = end + 4;
    if (text.length() < bodyAt + length) {
      return Optional.empty();
    }
    byte[] all = pending.toByteArray();
    String body = new String(all, bodyAt, length, StandardCharsets.UTF_8);
    pending.reset();
    pending.write(all, bodyAt + length, all.length - bodyAt - length);
    return Optional.of(
        new GatewayRequest(first[0], first.length > 1 ? first[1] : "/", headers, body));
  }

  Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
  }

  Optional<String> cookie(String name) {
    for (String pair : headers.getOrDefault("cookie", "").split(";", -1)) {
      if (pair.strip().startsWith(name + "=")) {
        return Optional.of(pair.strip().substring(name.length() + 1));
      }
    }
    return Optional.empty();
  }

  @Override
  public String toString() {
    return method + " " + path;
  }
}

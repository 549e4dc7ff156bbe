package dev.adit.juniper.gateway;

import java.io.ByteArrayOutputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A request to the gateway, as far as it looks at them.
 *
 * @param path without the query
 * @param query behind the question mark, or empty
 * @param headers by lower-case name, the last of each
 */
record GatewayRequest(
    String method, String path, String query, Map<String, String> headers, String body) {
  /** Where the tunnel begins. */
  static final String UPGRADE_PATH = "/dana/js";

  /**
   * Takes the first request out of what has come, if it is whole. The upgrade announces a body of
   * 256 bytes and sends none (observed with openconnect 9.01): what follows it is another protocol.
   */
  static Optional<GatewayRequest> take(ByteArrayOutputStream pending) {
    String text = pending.toString(StandardCharsets.ISO_8859_1);
    int end = text.indexOf("\r\n\r\n");
    if (end < 0) {
      return Optional.empty();
    }
    List<String> lines = text.substring(0, end).lines().toList();
    String[] first = (lines.isEmpty() ? "" : lines.get(0)).split(" ", -1);
    String[] target = (first.length > 1 ? first[1] : "/").split("\\?", 2);
    Map<String, String> headers = new TreeMap<>();
    for (String line : lines.subList(Math.min(1, lines.size()), lines.size())) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        headers.put(
            line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
      }
    }
    String announced = headers.getOrDefault("content-length", "0");
    int length =
        announced.matches("\\d{1,6}") && !target[0].equals(UPGRADE_PATH)
            ? Integer.parseInt(announced)
            : 0;
    int bodyAt = end + 4;
    byte[] all = pending.toByteArray();
    if (all.length < bodyAt + length) {
      return Optional.empty();
    }
    pending.reset();
    pending.write(all, bodyAt + length, all.length - bodyAt - length);
    return Optional.of(
        new GatewayRequest(
            first[0],
            target[0],
            target.length > 1 ? target[1] : "",
            headers,
            new String(all, bodyAt, length, StandardCharsets.UTF_8)));
  }

  boolean isUpgrade() {
    return method.equals("POST") && path.equals(UPGRADE_PATH);
  }

  /** Name, and port if there is one, that the client came by. */
  String host() {
    return headers.getOrDefault("host", "vpn.test");
  }

  Optional<String> cookie(String name) {
    for (String pair : headers.getOrDefault("cookie", "").split(";", -1)) {
      if (pair.strip().startsWith(name + "=")) {
        return Optional.of(pair.strip().substring(name.length() + 1));
      }
    }
    return Optional.empty();
  }

  /** A value of the query, or empty. */
  String parameter(String name) {
    return pair(query, name).orElse("");
  }

  /** A value of the posted form, or empty. */
  String field(String name) {
    return pair(body, name).orElse("");
  }

  /** Whether a form was posted with such a field. */
  boolean hasField(String name) {
    return pair(body, name).isPresent();
  }

  private static Optional<String> pair(String text, String name) {
    for (String pair : text.split("&", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0 && decoded(pair.substring(0, equals)).equals(name)) {
        return Optional.of(decoded(pair.substring(equals + 1)));
      }
    }
    return Optional.empty();
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return text;
    }
  }

  /** Query and body hold secrets. */
  @Override
  public String toString() {
    return method + " " + path;
  }
}

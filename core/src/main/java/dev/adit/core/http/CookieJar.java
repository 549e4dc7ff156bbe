package dev.adit.core.http;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Cookies by host, RFC 6265 as far as gateways need it: an empty value, a past date or {@code
 * Max-Age=0} deletes; a cookie never leaves the host that set it, and paths are ignored.
 */
final class CookieJar {
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("EEE, dd[ ][-]MMM[ ][-]yyyy HH:mm:ss 'GMT'", Locale.US);

  private final Map<String, Map<String, String>> byHost = new LinkedHashMap<>();

  /** Takes the value of a {@code Set-Cookie} header. */
  void store(String host, String setCookie, Instant now) {
    String[] parts = setCookie.split(";", -1);
    int equals = parts[0].indexOf('=');
    if (equals <= 0) {
      return;
    }
    String value = parts[0].substring(equals + 1).strip();
    for (int i = 1; i < parts.length; i++) {
      String attribute = parts[i].strip();
      String lower = attribute.toLowerCase(Locale.ROOT);
      if (lower.startsWith("max-age=") && lower.substring(8).matches("-\\d+|0+")
          || lower.startsWith("expires=") && isPast(attribute.substring(8).strip(), now)) {
        value = "";
      }
    }
    put(host, parts[0].substring(0, equals).strip(), value);
  }

  void put(String host, String name, String value) {
    Map<String, String> cookies =
        byHost.computeIfAbsent(host.toLowerCase(Locale.ROOT), h -> new LinkedHashMap<>());
    if (value.isEmpty()) {
      cookies.remove(name);
    } else {
      cookies.put(name, value);
    }
  }

  Optional<String> value(String host, String name) {
    return Optional.ofNullable(
        byHost.getOrDefault(host.toLowerCase(Locale.ROOT), Map.of()).get(name));
  }

  /** The {@code Cookie} header for a host, if there are any. */
  Optional<String> header(String host) {
    Map<String, String> cookies = byHost.getOrDefault(host.toLowerCase(Locale.ROOT), Map.of());
    return cookies.isEmpty()
        ? Optional.empty()
        : Optional.of(
            cookies.entrySet().stream()
                .map(c -> c.getKey() + "=" + c.getValue())
                .collect(Collectors.joining("; ")));
  }

  void clear() {
    byHost.clear();
  }

  private static boolean isPast(String date, Instant now) {
    try {
      return ZonedDateTime.parse(date, DATE.withZone(ZoneOffset.UTC)).toInstant().isBefore(now);
    } catch (DateTimeParseException e) {
      return false;
    }
  }
}

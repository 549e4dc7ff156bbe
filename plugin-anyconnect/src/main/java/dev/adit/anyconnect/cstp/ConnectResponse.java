package dev.adit.anyconnect.cstp;

import dev.adit.api.error.PeerViolationException;
import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.tunnel.TunnelEvent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The head of the answer to CONNECT: status line and headers, names compared without case. */
public final class ConnectResponse {
  /** Room for ten thousand routes, twice over; no real server's head comes near this. */
  static final int MAX_BYTES = 1 << 20;

  private static final Pattern LINE_END = Pattern.compile("\r?\n");
  private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.[01] [0-9]{3}( .*)?");
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,12}");
  private static final Pattern UNPRINTABLE = Pattern.compile("\\p{Cntrl}|[\\x80-\\x9f]");

  private final int status;
  private final String reason;
  private final Map<String, List<String>> headers;

  private ConnectResponse(int status, String reason, Map<String, List<String>> headers) {
    this.status = status;
    this.reason = reason;
    this.headers = headers;
  }

  /**
   * Reads a head.
   *
   * @param bytes up to the empty line, without it
   */
  static ConnectResponse parse(byte[] bytes, int length) throws PeerViolationException {
    String[] rows = LINE_END.split(new String(bytes, 0, length, StandardCharsets.ISO_8859_1), -1);
    if (!STATUS_LINE.matcher(rows[0]).matches()) {
      throw new PeerViolationException(
          "answer to CONNECT", "an HTTP status line", printable(rows[0]));
    }
    Map<String, List<String>> headers = new LinkedHashMap<>();
    for (int i = 1; i < rows.length; i++) {
      int colon = rows[i].indexOf(':');
      if (colon > 0) {
        String name = rows[i].substring(0, colon).strip().toLowerCase(Locale.ROOT);
        headers
            .computeIfAbsent(name, n -> new ArrayList<>())
            .add(rows[i].substring(colon + 1).strip());
      }
    }
    int status = Integer.parseInt(rows[0].substring(9, 12));
    return new ConnectResponse(status, rows[0].length() > 13 ? rows[0].substring(13) : "", headers);
  }

  int status() {
    return status;
  }

  /**
   * What a status other than 200 means.
   *
   * @param sessionHeld whether the same ticket has opened a tunnel before. ocserv says 503 without
   *     a reason to a cookie that it cannot decode; one that was good once decodes, so that then it
   *     is something on the way that is overloaded
   */
  TunnelEvent refusal(boolean sessionHeld) {
    String words = status + (reason.isEmpty() ? "" : " " + printable(reason));
    String why = first("x-reason").map(r -> ": " + printable(r)).orElse("");
    return switch (status) {
      case 401 ->
          ended(
              Kind.SESSION_REFUSED,
              "the server does not accept the session cookie ("
                  + words
                  + why
                  + "); it has expired or was logged off: log in again");
      case 503 -> {
        if (!why.isEmpty()) {
          yield failed(Kind.OTHER, "the server has no tunnel for us (" + words + why + ")");
        }
        yield sessionHeld
            ? failed(Kind.UNREACHABLE, "the server gives no tunnel at present (" + words + ")")
            : ended(
                Kind.SESSION_REFUSED,
                "the server does not know the session cookie (" + words + "): log in again");
      }
      case 403, 404, 405 ->
          ended(Kind.OTHER, "the server gives no tunnel (" + words + why + "); is it AnyConnect?");
      default -> failed(Kind.UNREACHABLE, "the server answers CONNECT with " + words + why);
    };
  }

  private static TunnelEvent ended(Kind kind, String message) {
    return new TunnelEvent.Ended(new VpnException(kind, message));
  }

  private static TunnelEvent failed(Kind kind, String message) {
    return new TunnelEvent.Failed(new VpnException(kind, message));
  }

  /** The first value of a header, if it is not empty. */
  public Optional<String> first(String name) {
    return all(name).stream().findFirst();
  }

  /** All values of a header that are not empty, in order. */
  public List<String> all(String name) {
    return headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of()).stream()
        .filter(value -> !value.isEmpty())
        .toList();
  }

  /** A header in seconds; absent, {@code none} and 0 are all none. */
  public Optional<Duration> seconds(String name) throws PeerViolationException {
    Optional<String> value = first(name);
    if (value.isEmpty() || value.get().equalsIgnoreCase("none")) {
      return Optional.empty();
    }
    long seconds = number(name, value.get(), 0, Integer.MAX_VALUE);
    return seconds == 0 ? Optional.empty() : Optional.of(Duration.ofSeconds(seconds));
  }

  /** After how long new keys are due, if the server wants any. */
  public Optional<Duration> rekeyAfter() throws PeerViolationException {
    return first("X-CSTP-Rekey-Method").filter(m -> !m.equalsIgnoreCase("none")).isPresent()
        ? seconds("X-CSTP-Rekey-Time")
        : Optional.empty();
  }

  /** A header as a number between bounds, if it is there. */
  public Optional<Integer> number(String name, int least, int most) throws PeerViolationException {
    Optional<String> value = first(name);
    return value.isEmpty()
        ? Optional.empty()
        : Optional.of((int) number(name, value.get(), least, most));
  }

  public boolean isTrue(String name) {
    return first(name).filter(v -> v.equalsIgnoreCase("true")).isPresent();
  }

  /** Names and values that scripts may see: no secret among them. */
  Map<String, String> shown() {
    Map<String, String> shown = new TreeMap<>();
    headers.forEach(
        (name, values) -> {
          boolean tunnel = name.startsWith("x-cstp-") || name.startsWith("x-dtls-");
          boolean secret = name.contains("post-auth-xml") || name.endsWith("-id");
          if (tunnel && !secret) {
            shown.put(name, String.join("\n", values));
          }
        });
    return shown;
  }

  private static long number(String name, String value, long least, long most)
      throws PeerViolationException {
    if (NUMBER.matcher(value).matches()) {
      long number = Long.parseLong(value);
      if (number >= least && number <= most) {
        return number;
      }
    }
    throw new PeerViolationException(name, least + " to " + most, printable(value));
  }

  /** Text of the peer as an error may quote it: one line, of bounded length. */
  static String printable(String text) {
    String clean = UNPRINTABLE.matcher(text).replaceAll("?");
    return clean.length() > 200 ? clean.substring(0, 200) + "..." : clean;
  }
}

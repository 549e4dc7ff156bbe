package dev.adit.core.http;

import dev.adit.api.http.HttpHeader;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Shows messages for {@code --dump-http-traffic}; secrets are replaced by their length. */
public interface HttpDump {
  /** Shows nothing. */
  HttpDump NONE = line -> {};

  /** Headers whose value is a secret, or holds one. */
  Pattern SECRET_HEADERS =
      Pattern.compile("(?i).*(cookie|authori[sz]ation|authenticate|secret|auth-xml|token|strap).*");

  /** Elements and fields of a log-in whose content is a secret. */
  Pattern SECRET_CONTENT =
      Pattern.compile(
          "(?is)(<(\\w*(?:password|token|answer|secret|pin|opaque|session-id)\\w*)[^>]*>)(.*?)(</\\2>)"
              + "|((?:^|&)(?:\\w*(?:password|passwd|token|answer|secret|pin|webvpn|dsid)\\w*)=)([^&\\s]*)");

  void line(String text);

  /** One header, its value hidden if need be. */
  static String header(HttpHeader header) {
    boolean secret = SECRET_HEADERS.matcher(header.name()).matches();
    return header.name() + ": " + (secret ? hidden(header.value()) : header.value());
  }

  /** A body, secrets in it hidden. */
  static String body(String text) {
    return SECRET_CONTENT
        .matcher(text)
        .replaceAll(
            m ->
                Matcher.quoteReplacement(
                    m.group(1) != null
                        ? m.group(1) + hidden(m.group(3)) + m.group(4)
                        : m.group(5) + hidden(m.group(6))));
  }

  private static String hidden(String secret) {
    return "(" + secret.length() + " characters)";
  }
}

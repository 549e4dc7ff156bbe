package dev.adit.juniper.auth;

import dev.adit.api.error.PeerViolationException;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * References of redirects, forms and links. Servers use absolute URLs, absolute paths and relative
 * ones, and write characters into them that RFC 3986 has escaped.
 */
final class Urls {
  private static final int MAX_LENGTH = 16384;
  private static final String LEGAL = "-._~:/?@!$&'()*+,;=";

  private Urls() {}

  /** With a path, so that relative references resolve against it. */
  static URI withPath(URI uri) {
    if (uri.getRawPath() != null && !uri.getRawPath().isEmpty()) {
      return uri;
    }
    String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
    return URI.create(uri.getScheme() + "://" + uri.getRawAuthority() + "/" + query);
  }

  /**
   * Resolves as a browser does; a fragment is dropped, nothing means {@code base} itself.
   *
   * @param what for the message: {@code redirect}, {@code form action}
   * @throws PeerViolationException it is not https, or no URL at all
   */
  static URI resolve(URI base, String reference, String what) throws PeerViolationException {
    String text = reference.strip();
    int fragment = text.indexOf('#');
    text = fragment < 0 ? text : text.substring(0, fragment);
    if (text.isEmpty()) {
      return base;
    }
    try {
      // java.net.URI would drop the last part of the path before a bare query.
      String whole = text.startsWith("?") ? base.getRawPath() + text : text;
      URI target = withPath(base.resolve(legal(whole)));
      if ("https".equalsIgnoreCase(target.getScheme())
          && target.getHost() != null
          && target.getRawUserInfo() == null
          && target.getPort() <= 65535
          && target.getPort() != 0
          && text.length() <= MAX_LENGTH) {
        return target;
      }
    } catch (IllegalArgumentException e) {
      // Said below.
    }
    throw new PeerViolationException(what, "an https URL", "\"" + shown(text) + "\"");
  }

  static boolean sameHost(URI a, URI b) {
    return a.getHost().equalsIgnoreCase(b.getHost()) && port(a) == port(b);
  }

  /** One value of the query, decoded. */
  static Optional<String> query(URI uri, String name) {
    String query = uri.getRawQuery() == null ? "" : uri.getRawQuery();
    for (String pair : query.split("&", -1)) {
      if (pair.startsWith(name + "=")) {
        try {
          String value = pair.substring(name.length() + 1);
          return Optional.of(URLDecoder.decode(value, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
          return Optional.empty();
        }
      }
    }
    return Optional.empty();
  }

  /** For messages: host and path; a query may hold secrets of the log-in. */
  static String shown(URI uri) {
    return Texts.line(uri.getAuthority() + uri.getPath(), 200);
  }

  private static String shown(String reference) {
    int query = reference.indexOf('?');
    String path = query < 0 ? reference : reference.substring(0, query) + "?…";
    return Texts.line(path.replaceAll("//[^/@]*@", "//…@"), 120);
  }

  private static int port(URI uri) {
    return uri.getPort() > 0 ? uri.getPort() : 443;
  }

  /** Escapes what {@link URI} does not take; the authority of an absolute URL stays as it is. */
  private static String legal(String text) {
    StringBuilder legal = new StringBuilder();
    int at = 0;
    int authority = text.indexOf("//");
    if (authority >= 0 && text.substring(0, authority).matches("([A-Za-z][A-Za-z0-9+.-]*:)?")) {
      at = authority + 2;
      while (at < text.length() && "/?".indexOf(text.charAt(at)) < 0) {
        at++;
      }
      legal.append(text, 0, at);
    }
    byte[] rest = text.substring(at).getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i = 0; i < rest.length; i++) {
      int c = rest[i] & 0xff;
      boolean escape = c == '%' && i + 2 < rest.length && isHex(rest[i + 1]) && isHex(rest[i + 2]);
      if (escape || c < 0x80 && (Character.isLetterOrDigit(c) || LEGAL.indexOf(c) >= 0)) {
        out.write(c);
      } else {
        out.writeBytes(String.format("%%%02X", c).getBytes(StandardCharsets.US_ASCII));
      }
    }
    return legal.append(out.toString(StandardCharsets.US_ASCII)).toString();
  }

  private static boolean isHex(byte c) {
    return Character.digit(c, 16) >= 0;
  }
}

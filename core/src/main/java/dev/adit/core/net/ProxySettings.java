package dev.adit.core.net;

import dev.adit.api.error.PeerViolationException;
import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.secret.SecretText;
import dev.adit.api.tunnel.IpPrefix;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A proxy on the way.
 *
 * @param user for authentication, if any
 */
public record ProxySettings(
    Language language,
    String host,
    int port,
    Optional<String> user,
    Optional<SecretText> password) {
  /** What it speaks. */
  public enum Language {
    HTTP,
    SOCKS5
  }

  /** Reads {@code http://[USER:PASSWORD@]HOST:PORT} or {@code socks5://...}. */
  public static ProxySettings parse(String text) throws VpnException {
    try {
      URI uri = new URI(text.contains("://") ? text : "http://" + text);
      Language kind =
          switch (String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT)) {
            case "http" -> Language.HTTP;
            case "socks", "socks5", "socks5h" -> Language.SOCKS5;
            default -> throw new URISyntaxException(text, "scheme");
          };
      if (uri.getHost() == null) {
        throw new URISyntaxException(text, "host");
      }
      int port = uri.getPort() > 0 ? uri.getPort() : kind == Language.HTTP ? 8080 : 1080;
      String info = uri.getUserInfo();
      int colon = info == null ? -1 : info.indexOf(':');
      return new ProxySettings(
          kind,
          uri.getHost().replaceAll("[\\[\\]]", ""),
          port,
          Optional.ofNullable(info).map(i -> colon < 0 ? i : i.substring(0, colon)),
          info == null || colon < 0
              ? Optional.empty()
              : Optional.of(SecretText.of(info.substring(colon + 1))));
    } catch (URISyntaxException e) {
      throw new VpnException(
          Kind.CONFIGURATION,
          "--proxy: expected http://HOST:PORT or socks5://HOST:PORT, perhaps with USER:PASSWORD@");
    }
  }

  /**
   * What the environment names for a host: {@code https_proxy}, {@code all_proxy}, {@code
   * no_proxy}.
   */
  public static Optional<ProxySettings> fromEnvironment(
      Map<String, String> environment, String host) throws VpnException {
    String bare = host.replaceAll("[\\[\\]]", "").toLowerCase(Locale.ROOT);
    for (String pattern : variable(environment, "no_proxy").split("[, ]+", -1)) {
      if (isExempt(bare, pattern.toLowerCase(Locale.ROOT))) {
        return Optional.empty();
      }
    }
    String named = variable(environment, "https_proxy");
    String url = named.isEmpty() ? variable(environment, "all_proxy") : named;
    return url.isEmpty() ? Optional.empty() : Optional.of(parse(url));
  }

  public ProxySettings withPassword(SecretText given) {
    return new ProxySettings(language, host, port, user, Optional.of(given));
  }

  /** As {@link #parse} reads it, the password included. */
  public String url() {
    try {
      String info = user.map(u -> password.map(p -> u + ":" + p.reveal()).orElse(u)).orElse(null);
      String scheme = language == Language.HTTP ? "http" : "socks5";
      return new URI(
              scheme,
              info,
              host.indexOf(':') >= 0 ? "[" + host + "]" : host,
              port,
              null,
              null,
              null)
          .toString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException("parts of a URL that was parsed", e);
    }
  }

  /** Without the password. */
  @Override
  public String toString() {
    String name = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    return language.name().toLowerCase(Locale.ROOT) + "://" + name + ":" + port;
  }

  /** A domain with all below it, an address, a network, or {@code *}; as curl has it. */
  private static boolean isExempt(String host, String pattern) {
    String domain = pattern.replaceFirst("^\\.", "").replaceAll("[\\[\\]]", "");
    if (domain.isEmpty()) {
      return false;
    }
    if (domain.equals("*") || host.equals(domain) || host.endsWith("." + domain)) {
      return true;
    }
    try {
      return IpPrefix.parse("no_proxy", domain).contains(IpPrefix.parseAddress("host", host));
    } catch (PeerViolationException e) {
      // One of them is a name.
      return false;
    }
  }

  private static String variable(Map<String, String> environment, String name) {
    String lower = environment.getOrDefault(name, "");
    return lower.isEmpty() ? environment.getOrDefault(name.toUpperCase(Locale.ROOT), "") : lower;
  }
}

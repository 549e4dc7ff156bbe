package dev.adit.cli;

import dev.adit.api.OptionValues;
import dev.adit.api.auth.ClientIdentity;
import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.tunnel.IpPrefix;
import dev.adit.api.tunnel.TunnelSettings;
import dev.adit.core.auth.FormEntry;
import dev.adit.core.browser.BrowserChoice;
import dev.adit.core.host.HostWanted.Ipv6Policy;
import dev.adit.core.http.HttpScheme;
import dev.adit.core.ipsec.IpsecMode;
import dev.adit.core.net.ProxySettings;
import dev.adit.core.session.Carrier;
import dev.adit.core.session.SessionSettings.Mss;
import dev.adit.core.tls.ServerPin;
import dev.adit.core.tls.ServerTrust;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** From options to what core wants; every error names the option, the value and what is allowed. */
final class Choices {
  /** The kernel itself would go on for a quarter of an hour. */
  private static final Duration UNACKNOWLEDGED = Duration.ofSeconds(20);

  private static final List<String> SYSTEMS =
      List.of("linux", "linux-64", "win", "mac-intel", "android", "apple-ios");

  private final ConnectOptions options;

  Choices(ConnectOptions options) {
    this.options = options;
  }

  /** Options that are known and not built: refused, so that nobody relies on them. */
  void refuseLater() throws VpnException {
    ConnectOptions.Later later = options.later;
    refuse(later.noHttpKeepalive, "--no-http-keepalive");
    refuse(later.passTos, "--passtos");
    refuse(later.keyPasswordFromFsid, "--key-password-from-fsid");
    refuse(later.libproxy, "--libproxy");
    refuse(later.gnutlsPriority != null, "--gnutls-priority");
    refuse(later.opensslCiphers != null, "--openssl-ciphers");
    if (later.noCertCheck) {
      throw new VpnException(
          Kind.CONFIGURATION,
          "--no-cert-check: a server that nobody checks may be anybody; --servercert=PIN accepts"
              + " one key, and the message about an untrusted server shows its PIN");
    }
    if (options.local.setUid != null && options.local.script != null) {
      throw new VpnException(
          Kind.CONFIGURATION,
          "--setuid with --script: a script could not undo its work without root, and --script-tun"
              + " needs no root from the start; leave out one of them");
    }
    if (options.local.scriptTun && options.local.script == null) {
      throw new VpnException(
          Kind.CONFIGURATION,
          "--script-tun needs the program that takes the packets: --script=CMD");
    }
    if (options.transport.clampMss
        && !Set.of(IpsecMode.AUTO, IpsecMode.USERSPACE).contains(ipsec())) {
      throw new VpnException(
          Kind.CONFIGURATION,
          "--clamp-mss with --ipsec="
              + options.transport.ipsec
              + ": what the kernel seals is not seen here; leave out one"
              + " of them, and clamp by nft: tcp flags syn tcp option maxseg size set rt mtu");
    }
    SessionChoices.check(options);
    refuse(
        options.running.background && options.running.events != null, "--background with --events");
    if (options.running.events != null && !options.running.events.equals("json")) {
      throw wrong("--events", options.running.events, "json");
    }
    if (!SYSTEMS.contains(options.target.os)) {
      throw wrong("--os", options.target.os, String.join(", ", SYSTEMS));
    }
  }

  Set<HttpScheme> httpSchemes() throws VpnException {
    return schemes("--http-auth", options.login.httpAuth);
  }

  Set<HttpScheme> proxySchemes() throws VpnException {
    return schemes("--proxy-auth", options.proxy.authentication);
  }

  private static Set<HttpScheme> schemes(String option, @Nullable String list) throws VpnException {
    return list == null ? HttpScheme.WITHOUT_BASIC : HttpScheme.parse(option, list);
  }

  private static void refuse(boolean given, String option) throws VpnException {
    if (given) {
      throw new VpnException(
          Kind.CONFIGURATION, option + " is not in this version of adit; leave it out");
    }
  }

  /** What the user calls the server. */
  String serverName() throws VpnException {
    String text = options.target.server != null ? options.target.server : options.server;
    if (text == null) {
      throw new VpnException(
          Kind.CONFIGURATION, "which server? adit [options] SERVER; adit --help tells more");
    }
    return text;
  }

  /** The log-in URL. */
  URI server() throws VpnException {
    String text = serverName();
    if (isBareIpv6(text)) {
      throw wrong("SERVER", text, "an address of IPv6 in brackets: [" + text + "]");
    }
    try {
      String candidate = text.contains("://") ? text : "https://" + text;
      URI uri = new URI(candidate);
      if (!"https".equalsIgnoreCase(uri.getScheme()) || uri.getHost() == null) {
        throw wrong("SERVER", text, "HOST, HOST:PORT or an https URL");
      }
      String group = options.target.userGroup;
      return group == null ? uri : uri.resolve("/" + group.replaceFirst("^/", ""));
    } catch (URISyntaxException e) {
      throw wrong("SERVER", text, "HOST, HOST:PORT or an https URL");
    }
  }

  /** Where the port of one would begin nobody could tell. */
  private static boolean isBareIpv6(String text) {
    return text.matches("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");
  }

  ClientIdentity identity() {
    return new ClientIdentity(
        options.target.os,
        Optional.ofNullable(options.target.userAgent),
        Optional.ofNullable(options.target.versionString),
        options.target.localHostname != null ? options.target.localHostname : hostname());
  }

  /** Addresses of {@code --resolve} for a host. */
  List<InetAddress> pinned(String host) throws VpnException {
    List<InetAddress> pinned = new ArrayList<>();
    for (String entry : options.target.resolve) {
      int colon = entry.indexOf(':');
      if (colon <= 0) {
        throw wrong("--resolve", entry, "HOST:ADDRESS");
      }
      try {
        String address = entry.substring(colon + 1).replaceAll("[\\[\\]]", "");
        InetAddress parsed = IpPrefix.parseAddress("--resolve", address);
        if (entry.substring(0, colon).equalsIgnoreCase(host)) {
          pinned.add(parsed);
        }
      } catch (VpnException e) {
        throw wrong("--resolve", entry, "HOST:ADDRESS with an address, not a name");
      }
    }
    return pinned;
  }

  ServerTrust trust() throws VpnException {
    List<ServerPin> pins = new ArrayList<>();
    for (String pin : options.certificates.pins) {
      pins.add(ServerPin.parse(pin));
    }
    return ServerTrust.of(
        pins, options.certificates.authorities, !options.certificates.noSystemTrust);
  }

  /** TCP keep-alive, if wanted. */
  Optional<Duration> tcpKeepAlive() throws VpnException {
    OptionalInt seconds = number("--tcp-keepalive", options.session.tcpKeepalive, 1, 86400);
    return seconds.isPresent()
        ? Optional.of(Duration.ofSeconds(seconds.getAsInt()))
        : Optional.empty();
  }

  /**
   * How long what is sent over TLS may go without TCP's acknowledgement: a protocol without a
   * question that the server answers has no other sign that the path is dead.
   */
  Duration unacknowledgedLimit() throws VpnException {
    OptionalInt dpd = number("--force-dpd", options.session.forceDpd, 1, 86400);
    return dpd.isPresent() ? Duration.ofSeconds(2L * dpd.getAsInt()) : UNACKNOWLEDGED;
  }

  /** Which browser logs in where the server wants one. */
  BrowserChoice browser() throws VpnException {
    BrowserChoice named = BrowserChoice.parse(Optional.ofNullable(options.login.externalBrowser));
    return options.login.noExternalAuth ? BrowserChoice.NONE : named;
  }

  /** All that can be wrong in options without a look at the world outside. */
  void check() throws VpnException {
    refuseLater();
    pinned("");
    ipv6();
    tunnel(false, Map.of());
    udpLocalPort();
    ipsec();
    queueLength();
    tcpKeepAlive();
    waitFor();
    browser();
    httpSchemes();
    proxySchemes();
    if (options.proxy.url != null) {
      ProxySettings.parse(options.proxy.url);
    }
    for (String pin : options.certificates.pins) {
      ServerPin.parse(pin);
    }
    for (String entry : options.login.formEntries) {
      FormEntry.parse(entry);
    }
    ClientCertificates.check(options.certificates);
  }

  Optional<ProxySettings> proxy(String host) throws VpnException {
    if (options.proxy.none) {
      return Optional.empty();
    }
    return options.proxy.url != null
        ? Optional.of(ProxySettings.parse(options.proxy.url))
        : ProxySettings.fromEnvironment(System.getenv(), host);
  }

  Ipv6Policy ipv6() throws VpnException {
    return switch (options.local.ipv6.toLowerCase(Locale.ROOT)) {
      case "tunnel" -> Ipv6Policy.TUNNEL;
      case "block" -> Ipv6Policy.BLOCK;
      case "leave" -> Ipv6Policy.LEAVE;
      default -> throw wrong("--ipv6", options.local.ipv6, "tunnel, block or leave");
    };
  }

  TunnelSettings tunnel(boolean throughProxy, Map<String, String> protocolOptions)
      throws VpnException {
    return new TunnelSettings(
        number("--mtu", options.transport.mtu, 576, 16128),
        number("--base-mtu", options.transport.baseMtu, 576, 65535).orElse(1500),
        !options.transport.disableIpv6,
        !options.transport.noDtls && !throughProxy,
        compression(),
        number("--force-dpd", options.session.forceDpd, 1, 86400).isPresent()
            ? Optional.of(
                Duration.ofSeconds(options.session.forceDpd == null ? 0 : options.session.forceDpd))
            : Optional.empty(),
        identity(),
        new OptionValues(protocolOptions));
  }

  private TunnelSettings.Compression compression() throws VpnException {
    TunnelSettings.Compression named =
        switch (options.transport.compression.toLowerCase(Locale.ROOT)) {
          case "none" -> TunnelSettings.Compression.NONE;
          case "stateless" -> TunnelSettings.Compression.STATELESS;
          case "all" -> TunnelSettings.Compression.ALL;
          default ->
              throw wrong("--compression", options.transport.compression, "none, stateless or all");
        };
    if (options.transport.noDeflate) {
      return TunnelSettings.Compression.NONE;
    }
    return options.transport.deflate ? TunnelSettings.Compression.ALL : named;
  }

  /** Who is to perform ESP. */
  IpsecMode ipsec() throws VpnException {
    return switch (options.transport.ipsec.toLowerCase(Locale.ROOT)) {
      case "auto" -> IpsecMode.AUTO;
      case "redirect" -> IpsecMode.REDIRECT;
      case "vti" -> IpsecMode.VTI;
      case "policy" -> IpsecMode.POLICY;
      case "userspace" -> IpsecMode.USERSPACE;
      default ->
          throw wrong(
              "--ipsec", options.transport.ipsec, "auto, redirect, vti, policy or userspace");
    };
  }

  Mss mss() {
    return options.transport.clampMss ? Mss.CLAMPED : Mss.AS_ANNOUNCED;
  }

  OptionalInt udpLocalPort() throws VpnException {
    return number("--dtls-local-port", options.transport.udpLocalPort, 1, 65535);
  }

  int queueLength() throws VpnException {
    return number("--queue-len", options.transport.queueLength, 1, 1024).orElse(64);
  }

  static OptionalInt number(String option, @Nullable Integer value, int least, int most)
      throws VpnException {
    if (value == null) {
      return OptionalInt.empty();
    }
    if (value < least || value > most) {
      throw wrong(option, String.valueOf(value), least + " to " + most);
    }
    return OptionalInt.of(value);
  }

  static VpnException wrong(String option, String value, String allowed) {
    return new VpnException(Kind.CONFIGURATION, option + " \"" + value + "\": expected " + allowed);
  }

  /** As the kernel has it: asking the JDK may wait for a name server that does not answer. */
  private static String hostname() {
    try {
      String name = Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
      return name.matches("[A-Za-z0-9._-]{1,64}") ? name : "localhost";
    } catch (IOException e) {
      return "localhost";
    }
  }

  /** {@code --wait-for}: the least carrier that counts as connected. */
  Carrier waitFor() throws VpnException {
    String wanted = options.running.waitFor;
    if (wanted == null) {
      return Carrier.TLS;
    }
    for (Carrier carrier : Carrier.values()) {
      if (carrier.name().toLowerCase(Locale.ROOT).equals(wanted)) {
        return carrier;
      }
    }
    throw new VpnException(
        Kind.CONFIGURATION, "--wait-for=" + wanted + ": it is one of tls, udp, kernel");
  }
}

package dev.adit.anyconnect.cstp;

import dev.adit.api.error.PeerViolationException;
import dev.adit.api.tunnel.IpPrefix;
import dev.adit.api.tunnel.TunnelConfig;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** From the headers of the answer to CONNECT to a checked configuration. */
final class TunnelConfigReader {
  private static final int MAX_ROUTES = 20_000;

  private static final Pattern BETWEEN_NAMES = Pattern.compile("[ ,;]+");
  private static final Pattern NAME = Pattern.compile("[a-z0-9_*.-]{1,253}");

  private final ConnectResponse response;

  TunnelConfigReader(ConnectResponse response) {
    this.response = response;
  }

  /**
   * Reads everything.
   *
   * @param mtu of the TUN, from what was negotiated
   * @param withIpv6 whether an IPv6 address is taken
   */
  TunnelConfig read(int mtu, boolean withIpv6) throws PeerViolationException {
    TunnelConfig.Builder config =
        TunnelConfig.builder(mtu)
            .splitInclude(include())
            .splitExclude(exclude())
            .dns(addresses("X-CSTP-DNS", "X-CSTP-DNS-IP6"))
            .splitDns(names("X-CSTP-Split-DNS"))
            .searchDomains(names("X-CSTP-Default-Domain"))
            .nbns(addresses("X-CSTP-NBNS"))
            .blockOtherFamily(!response.isTrue("X-CSTP-Client-Bypass-Protocol"))
            .raw(response.shown());
    ipv4().ifPresent(config::ipv4);
    if (withIpv6) {
      ipv6().ifPresent(config::ipv6);
    }
    response.first("X-CSTP-MSIE-Proxy-PAC-URL").ifPresent(config::proxyPac);
    response
        .first("X-CSTP-Banner")
        .map(TunnelConfigReader::percentDecoded)
        .ifPresent(config::banner);
    response.seconds("X-CSTP-Idle-Timeout").ifPresent(config::idleTimeout);
    sessionTimeout().ifPresent(config::sessionTimeout);
    response.rekeyAfter().ifPresent(config::rekeyAfter);
    return config.build().validated();
  }

  /** The larger of the two, which is what the server's own device will send. */
  int negotiatedMtu() throws PeerViolationException {
    int cstp = response.number("X-CSTP-MTU", 0, Integer.MAX_VALUE).orElse(0);
    int dtls = response.number("X-DTLS-MTU", 0, Integer.MAX_VALUE).orElse(0);
    int mtu = Math.max(cstp, dtls);
    if (mtu < TunnelConfig.MIN_MTU || mtu > TunnelConfig.MAX_MTU) {
      throw new PeerViolationException(
          "X-CSTP-MTU",
          TunnelConfig.MIN_MTU + " to " + TunnelConfig.MAX_MTU,
          mtu == 0 ? "nothing" : String.valueOf(mtu));
    }
    return mtu;
  }

  private Optional<IpPrefix> ipv4() throws PeerViolationException {
    for (String text : response.all("X-CSTP-Address")) {
      if (text.indexOf(':') < 0) {
        InetAddress address = IpPrefix.parseAddress("X-CSTP-Address", text);
        int length = 32;
        for (String mask : response.all("X-CSTP-Netmask")) {
          if (mask.indexOf(':') < 0) {
            length =
                IpPrefix.maskLength(
                    "X-CSTP-Netmask", IpPrefix.parseAddress("X-CSTP-Netmask", mask));
          }
        }
        return Optional.of(new IpPrefix(address, length));
      }
    }
    return Optional.empty();
  }

  /** The newer form {@code X-CSTP-Address-IP6}, or the older {@code X-CSTP-Netmask: addr/len}. */
  Optional<IpPrefix> ipv6() throws PeerViolationException {
    Optional<String> newer = response.first("X-CSTP-Address-IP6");
    if (newer.isPresent()) {
      return Optional.of(six("X-CSTP-Address-IP6", newer.get()));
    }
    for (String mask : response.all("X-CSTP-Netmask")) {
      if (mask.indexOf(':') >= 0) {
        return Optional.of(six("X-CSTP-Netmask", mask));
      }
    }
    for (String text : response.all("X-CSTP-Address")) {
      if (text.indexOf(':') >= 0) {
        return Optional.of(six("X-CSTP-Address", text));
      }
    }
    return Optional.empty();
  }

  private static IpPrefix six(String field, String text) throws PeerViolationException {
    IpPrefix prefix = IpPrefix.parse(field, text);
    if (prefix.isIpv4()) {
      throw new PeerViolationException(field, "an IPv6 address", ConnectResponse.printable(text));
    }
    return prefix;
  }

  private List<IpPrefix> include() throws PeerViolationException {
    return prefixes("X-CSTP-Split-Include", "X-CSTP-Split-Include-IP6");
  }

  /** {@code 0.0.0.0/255.255.255.255} allows the local network, which is never routed away here. */
  private List<IpPrefix> exclude() throws PeerViolationException {
    return prefixes("X-CSTP-Split-Exclude", "X-CSTP-Split-Exclude-IP6").stream()
        .filter(p -> !(p.address().isAnyLocalAddress() && p.length() == 32))
        .toList();
  }

  private List<IpPrefix> prefixes(String... headers) throws PeerViolationException {
    List<IpPrefix> all = new ArrayList<>();
    for (String header : headers) {
      for (String text : response.all(header)) {
        all.add(IpPrefix.parse(header, text).network());
        if (all.size() > MAX_ROUTES) {
          throw new PeerViolationException(header, "at most " + MAX_ROUTES, "more");
        }
      }
    }
    return all;
  }

  private List<InetAddress> addresses(String... headers) throws PeerViolationException {
    List<InetAddress> all = new ArrayList<>();
    for (String header : headers) {
      for (String text : response.all(header)) {
        InetAddress address = IpPrefix.parseAddress(header, text);
        if (!address.isAnyLocalAddress() && !all.contains(address)) {
          all.add(address);
        }
      }
    }
    all.sort((a, b) -> Boolean.compare(b instanceof Inet4Address, a instanceof Inet4Address));
    return all;
  }

  private List<String> names(String header) throws PeerViolationException {
    List<String> names = new ArrayList<>();
    for (String value : response.all(header)) {
      for (String name : BETWEEN_NAMES.split(value, -1)) {
        String plain = name.toLowerCase(Locale.ROOT);
        if (plain.isEmpty()) {
          continue;
        }
        if (!NAME.matcher(plain).matches()) {
          throw new PeerViolationException(
              header, "a domain name", ConnectResponse.printable(name));
        }
        names.add(plain);
      }
    }
    return names;
  }

  private Optional<Duration> sessionTimeout() throws PeerViolationException {
    return Stream.of(
            response.seconds("X-CSTP-Lease-Duration"),
            response.seconds("X-CSTP-Session-Timeout"),
            response.seconds("X-CSTP-Session-Timeout-Remaining"))
        .flatMap(Optional::stream)
        .min(Duration::compareTo);
  }

  /** Valid {@code %XX} only; anything else stays as it is. */
  static String percentDecoded(String text) {
    byte[] out = text.getBytes(StandardCharsets.ISO_8859_1);
    int length = 0;
    for (int i = 0; i < out.length; i++) {
      int high = i + 2 < out.length && out[i] == '%' ? Character.digit(out[i + 1], 16) : -1;
      int low = high < 0 ? -1 : Character.digit(out[i + 2], 16);
      if (low >= 0) {
        out[length++] = (byte) (high << 4 | low);
        i += 2;
      } else {
        out[length++] = out[i];
      }
    }
    return new String(out, 0, length, StandardCharsets.UTF_8);
  }
}

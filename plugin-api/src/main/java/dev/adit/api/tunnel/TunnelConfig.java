package dev.adit.api.tunnel;

import dev.adit.api.error.PeerViolationException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the server gave us. Whoever makes it of a server's words calls {@link #validated()}.
 *
 * @param ipv4 our address with the prefix the server named (often /32)
 * @param ipv6 likewise
 * @param splitInclude networks that go through the tunnel; empty means all
 * @param splitExclude networks that stay outside
 * @param dns servers, best first
 * @param splitDns domains that go to {@code dns}; empty means all
 * @param searchDomains appended to short names
 * @param nbns WINS servers
 * @param mtu for the TUN device: the smallest over all carriers kept in reserve
 * @param banner text to show once
 * @param idleTimeout after which the server ends an unused session
 * @param sessionTimeout time left until the server ends the session whatever happens
 * @param rekeyAfter time until this client makes new keys; empty if the server does, or nobody
 * @param blockOtherFamily traffic of a family without address is to be blocked, not let past
 * @param raw the server's own words by header or attribute, secrets left out, for scripts and logs
 */
public record TunnelConfig(
    Optional<IpPrefix> ipv4,
    Optional<IpPrefix> ipv6,
    List<IpPrefix> splitInclude,
    List<IpPrefix> splitExclude,
    List<InetAddress> dns,
    List<String> splitDns,
    List<String> searchDomains,
    List<InetAddress> nbns,
    int mtu,
    Optional<String> proxyPac,
    Optional<String> banner,
    Optional<Duration> idleTimeout,
    Optional<Duration> sessionTimeout,
    Optional<Duration> rekeyAfter,
    boolean blockOtherFamily,
    Map<String, String> raw) {

  /** The least MTU that is worth having, RFC 791. */
  public static final int MIN_MTU = 576;

  /** The greatest MTU that is believed. */
  public static final int MAX_MTU = 16384 - 256;

  public TunnelConfig {
    splitInclude = List.copyOf(splitInclude);
    splitExclude = List.copyOf(splitExclude);
    dns = List.copyOf(dns);
    splitDns = List.copyOf(splitDns);
    searchDomains = List.copyOf(searchDomains);
    nbns = List.copyOf(nbns);
    raw = Map.copyOf(raw);
  }

  /** Checks what a constructor cannot throw a checked exception for. */
  public TunnelConfig validated() throws PeerViolationException {
    if (ipv4.isEmpty() && ipv6.isEmpty()) {
      throw new PeerViolationException("tunnel address", "at least one", "none");
    }
    if (mtu < MIN_MTU || mtu > MAX_MTU) {
      throw new PeerViolationException("MTU", MIN_MTU + " to " + MAX_MTU, String.valueOf(mtu));
    }
    for (IpPrefix own : List.of(ipv4, ipv6).stream().flatMap(Optional::stream).toList()) {
      InetAddress a = own.address();
      // RFC 1112 §4: 240.0.0.0/4, the limited broadcast among them.
      boolean reserved = a instanceof Inet4Address && (a.getAddress()[0] & 0xf0) == 0xf0;
      if (reserved || a.isAnyLocalAddress() || a.isLoopbackAddress() || a.isMulticastAddress()) {
        throw new PeerViolationException("tunnel address", "a unicast address", own.toString());
      }
    }
    return this;
  }

  /** Whether everything goes through the tunnel. */
  public boolean isFullTunnel() {
    return splitInclude.isEmpty() || splitInclude.stream().anyMatch(p -> p.length() == 0);
  }

  /** A configuration of this MTU, with nothing else yet, that lets no other family past. */
  public static Builder builder(int mtu) {
    return new Builder(mtu);
  }

  /** The same again, to be changed. */
  public Builder toBuilder() {
    Builder builder = new Builder(mtu);
    builder.ipv4 = ipv4;
    builder.ipv6 = ipv6;
    builder.splitInclude = splitInclude;
    builder.splitExclude = splitExclude;
    builder.dns = dns;
    builder.splitDns = splitDns;
    builder.searchDomains = searchDomains;
    builder.nbns = nbns;
    builder.proxyPac = proxyPac;
    builder.banner = banner;
    builder.idleTimeout = idleTimeout;
    builder.sessionTimeout = sessionTimeout;
    builder.rekeyAfter = rekeyAfter;
    builder.blockOtherFamily = blockOtherFamily;
    builder.raw = raw;
    return builder;
  }

  /**
   * Says of each value which it is; what is not said is absent or empty. Not for several threads.
   */
  public static final class Builder {
    private int mtu;
    private Optional<IpPrefix> ipv4 = Optional.empty();
    private Optional<IpPrefix> ipv6 = Optional.empty();
    private List<IpPrefix> splitInclude = List.of();
    private List<IpPrefix> splitExclude = List.of();
    private List<InetAddress> dns = List.of();
    private List<String> splitDns = List.of();
    private List<String> searchDomains = List.of();
    private List<InetAddress> nbns = List.of();
    private Optional<String> proxyPac = Optional.empty();
    private Optional<String> banner = Optional.empty();
    private Optional<Duration> idleTimeout = Optional.empty();
    private Optional<Duration> sessionTimeout = Optional.empty();
    private Optional<Duration> rekeyAfter = Optional.empty();
    private boolean blockOtherFamily = true;
    private Map<String, String> raw = Map.of();

    private Builder(int mtu) {
      this.mtu = mtu;
    }

    public Builder mtu(int value) {
      mtu = value;
      return this;
    }

    public Builder ipv4(IpPrefix address) {
      ipv4 = Optional.of(address);
      return this;
    }

    public Builder ipv6(IpPrefix address) {
      ipv6 = Optional.of(address);
      return this;
    }

    public Builder withoutIpv6() {
      ipv6 = Optional.empty();
      return this;
    }

    public Builder splitInclude(List<IpPrefix> networks) {
      splitInclude = networks;
      return this;
    }

    public Builder splitExclude(List<IpPrefix> networks) {
      splitExclude = networks;
      return this;
    }

    public Builder dns(List<InetAddress> servers) {
      dns = servers;
      return this;
    }

    public Builder splitDns(List<String> domains) {
      splitDns = domains;
      return this;
    }

    public Builder searchDomains(List<String> domains) {
      searchDomains = domains;
      return this;
    }

    public Builder nbns(List<InetAddress> servers) {
      nbns = servers;
      return this;
    }

    public Builder proxyPac(String url) {
      proxyPac = Optional.of(url);
      return this;
    }

    public Builder banner(String text) {
      banner = Optional.of(text);
      return this;
    }

    public Builder idleTimeout(Duration after) {
      idleTimeout = Optional.of(after);
      return this;
    }

    public Builder sessionTimeout(Duration left) {
      sessionTimeout = Optional.of(left);
      return this;
    }

    public Builder rekeyAfter(Duration interval) {
      rekeyAfter = Optional.of(interval);
      return this;
    }

    public Builder blockOtherFamily(boolean block) {
      blockOtherFamily = block;
      return this;
    }

    public Builder raw(Map<String, String> words) {
      raw = words;
      return this;
    }

    /** Not checked: see {@link TunnelConfig#validated()}. */
    public TunnelConfig build() {
      return new TunnelConfig(
          ipv4,
          ipv6,
          splitInclude,
          splitExclude,
          dns,
          splitDns,
          searchDomains,
          nbns,
          mtu,
          proxyPac,
          banner,
          idleTimeout,
          sessionTimeout,
          rekeyAfter,
          blockOtherFamily,
          raw);
    }
  }
}

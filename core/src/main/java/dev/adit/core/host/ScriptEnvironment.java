package dev.adit.core.host;

import dev.adit.api.tunnel.IpPrefix;
import dev.adit.api.tunnel.TunnelConfig;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The environment that vpnc-script expects; what is absent is unset, never empty. Pure. Values of
 * the server are put into variables only, never into a command line.
 */
final class ScriptEnvironment {
  private ScriptEnvironment() {}

  static Map<String, String> of(String reason, HostWanted wanted) {
    Map<String, String> env = before(reason, wanted.gateway());
    TunnelConfig config = wanted.config();
    env.put("TUNDEV", wanted.device());
    env.put("TUNIDX", String.valueOf(wanted.deviceIndex()));
    env.put("INTERNAL_IP4_MTU", String.valueOf(config.mtu()));
    config.ipv4().ifPresent(a -> ipv4(env, a));
    config
        .ipv6()
        .ifPresent(
            a -> {
              env.put("INTERNAL_IP6_ADDRESS", a.toString());
              env.put("INTERNAL_IP6_NETMASK", a.toString());
            });
    addresses(env, "INTERNAL_IP4_DNS", config.dns());
    addresses(
        env,
        "INTERNAL_IP6_DNS",
        config.dns().stream().filter(Inet6Address.class::isInstance).toList());
    addresses(env, "INTERNAL_IP4_NBNS", config.nbns());
    put(env, "CISCO_DEF_DOMAIN", String.join(" ", config.searchDomains()));
    put(env, "CISCO_SPLIT_DNS", String.join(",", config.splitDns()));
    config.banner().ifPresent(b -> put(env, "CISCO_BANNER", b));
    config.proxyPac().ifPresent(p -> put(env, "CISCO_PROXY_PAC", p));
    config.idleTimeout().ifPresent(t -> env.put("IDLE_TIMEOUT", String.valueOf(t.toSeconds())));
    put(env, "CISCO_CSTP_OPTIONS", options(config.raw()));
    routes(env, "INC", config.splitInclude());
    routes(env, "EXC", config.splitExclude());
    return env;
  }

  /** What is known before there is a tunnel. */
  static Map<String, String> before(String reason, InetAddress gateway) {
    Map<String, String> env = new TreeMap<>();
    env.put("reason", reason);
    env.put("VPNGATEWAY", gateway.getHostAddress());
    env.put("VPNPID", String.valueOf(ProcessHandle.current().pid()));
    env.put("LOG_LEVEL", "1");
    return env;
  }

  /** Left over from a session around ours: stale values are worse than none. */
  static boolean isOurs(String name) {
    return name.startsWith("INTERNAL_IP")
        || name.startsWith("CISCO_")
        || name.startsWith("TUN")
        || name.equals("VPNFD")
        || name.equals("reason");
  }

  private static void ipv4(Map<String, String> env, IpPrefix address) {
    env.put("INTERNAL_IP4_ADDRESS", address.address().getHostAddress());
    env.put("INTERNAL_IP4_NETMASK", mask(address.length()));
    env.put("INTERNAL_IP4_NETMASKLEN", String.valueOf(address.length()));
    env.put("INTERNAL_IP4_NETADDR", address.network().address().getHostAddress());
  }

  /** Counts by family, then each entry by its number within the family. */
  private static void routes(Map<String, String> env, String kind, List<IpPrefix> prefixes) {
    int fours = 0;
    int sixes = 0;
    for (IpPrefix prefix : prefixes) {
      String entry =
          prefix.isIpv4()
              ? "CISCO_SPLIT_" + kind + "_" + fours++
              : "CISCO_IPV6_SPLIT_" + kind + "_" + sixes++;
      env.put(entry + "_ADDR", prefix.address().getHostAddress());
      env.put(entry + "_MASKLEN", String.valueOf(prefix.length()));
      if (prefix.isIpv4()) {
        env.put(entry + "_MASK", mask(prefix.length()));
      }
    }
    if (fours > 0) {
      env.put("CISCO_SPLIT_" + kind, String.valueOf(fours));
    }
    if (sixes > 0) {
      env.put("CISCO_IPV6_SPLIT_" + kind, String.valueOf(sixes));
    }
  }

  private static String options(Map<String, String> raw) {
    return raw.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(e -> e.getKey().toUpperCase(Locale.ROOT) + "=" + e.getValue())
        .collect(Collectors.joining("\n"));
  }

  private static void addresses(Map<String, String> env, String name, List<InetAddress> addresses) {
    put(
        env,
        name,
        addresses.stream().map(InetAddress::getHostAddress).collect(Collectors.joining(" ")));
  }

  private static void put(Map<String, String> env, String name, String value) {
    if (!value.isEmpty()) {
      env.put(name, value);
    }
  }

  private static String mask(int length) {
    int bits = length == 0 ? 0 : -1 << 32 - length;
    return (bits >>> 24) + "." + (bits >> 16 & 255) + "." + (bits >> 8 & 255) + "." + (bits & 255);
  }
}

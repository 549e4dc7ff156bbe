package dev.adit.core.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.api.error.PeerViolationException;
import dev.adit.api.tunnel.IpPrefix;
import dev.adit.api.tunnel.TunnelConfig;
import dev.adit.core.host.HostWanted.Ipv6Policy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Names and forms as vpnc-script documents them. */
class ScriptEnvironmentTest {
  @Test
  void isComplete() throws Exception {
    TunnelConfig config =
        TunnelConfig.builder(1390)
            .ipv4(prefix("10.1.2.3/24"))
            .ipv6(prefix("fd00::2/64"))
            .splitInclude(
                List.of(prefix("10.0.0.0/8"), prefix("fd00::/32"), prefix("172.16.0.0/12")))
            .splitExclude(List.of(prefix("10.9.0.0/16")))
            .dns(List.of(prefix("10.0.0.53/32").address(), prefix("fd00::53/128").address()))
            .splitDns(List.of("a.test", "b.test"))
            .searchDomains(List.of("corp.test"))
            .nbns(List.of(prefix("10.0.0.54/32").address()))
            .proxyPac("http://pac")
            .banner("Hello\nthere")
            .idleTimeout(Duration.ofMinutes(20))
            .raw(Map.of("x-cstp-version", "1"))
            .build();
    Map<String, String> env =
        ScriptEnvironment.of(
            "connect",
            new HostWanted("tun0", 7, prefix("192.0.2.1/32").address(), config, Ipv6Policy.TUNNEL));
    String text =
        env.entrySet().stream()
            .filter(e -> !e.getKey().equals("VPNPID"))
            .map(e -> e.getKey() + "=" + e.getValue())
            .collect(Collectors.joining("\n"));
    assertThat(text)
        .isEqualTo(
            """
            CISCO_BANNER=Hello
            there
            CISCO_CSTP_OPTIONS=X-CSTP-VERSION=1
            CISCO_DEF_DOMAIN=corp.test
            CISCO_IPV6_SPLIT_INC=1
            CISCO_IPV6_SPLIT_INC_0_ADDR=fd00:0:0:0:0:0:0:0
            CISCO_IPV6_SPLIT_INC_0_MASKLEN=32
            CISCO_PROXY_PAC=http://pac
            CISCO_SPLIT_DNS=a.test,b.test
            CISCO_SPLIT_EXC=1
            CISCO_SPLIT_EXC_0_ADDR=10.9.0.0
            CISCO_SPLIT_EXC_0_MASK=255.255.0.0
            CISCO_SPLIT_EXC_0_MASKLEN=16
            CISCO_SPLIT_INC=2
            CISCO_SPLIT_INC_0_ADDR=10.0.0.0
            CISCO_SPLIT_INC_0_MASK=255.0.0.0
            CISCO_SPLIT_INC_0_MASKLEN=8
            CISCO_SPLIT_INC_1_ADDR=172.16.0.0
            CISCO_SPLIT_INC_1_MASK=255.240.0.0
            CISCO_SPLIT_INC_1_MASKLEN=12
            IDLE_TIMEOUT=1200
            INTERNAL_IP4_ADDRESS=10.1.2.3
            INTERNAL_IP4_DNS=10.0.0.53 fd00:0:0:0:0:0:0:53
            INTERNAL_IP4_MTU=1390
            INTERNAL_IP4_NBNS=10.0.0.54
            INTERNAL_IP4_NETADDR=10.1.2.0
            INTERNAL_IP4_NETMASK=255.255.255.0
            INTERNAL_IP4_NETMASKLEN=24
            INTERNAL_IP6_ADDRESS=fd00:0:0:0:0:0:0:2/64
            INTERNAL_IP6_DNS=fd00:0:0:0:0:0:0:53
            INTERNAL_IP6_NETMASK=fd00:0:0:0:0:0:0:2/64
            LOG_LEVEL=1
            TUNDEV=tun0
            TUNIDX=7
            VPNGATEWAY=192.0.2.1
            reason=connect""");
  }

  private static IpPrefix prefix(String text) throws PeerViolationException {
    return IpPrefix.parse("test", text);
  }
}

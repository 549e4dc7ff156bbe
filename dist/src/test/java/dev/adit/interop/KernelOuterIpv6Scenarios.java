package dev.adit.interop;

import static dev.adit.interop.KernelLab.carrier;
import static dev.adit.interop.KernelLab.inKernel;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * ESP in the kernel to a gateway that is reached by IPv6. Needs a kernel with ESP, xfrm interfaces
 * and VTI: {@link KernelGuestIT} runs it on one.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class KernelOuterIpv6Scenarios {
  @RegisterExtension static final KernelLab KERNEL = new KernelLab();

  @BeforeAll
  static void start() {
    KERNEL.gatewayAt(Lab.SERVER_6, "esp=aes128-sha1");
  }

  @Test
  @Order(1)
  void byAnXfrmInterface() {
    KernelLab.leave(carry("redirect"));
    KERNEL.assertNothingLeft();
  }

  @Test
  @Order(2)
  void byPoliciesAlone() {
    String before = KERNEL.lab().clientState();
    KernelLab.leave(carry("policy"));
    KERNEL.assertNothingLeft();
    assertThat(KERNEL.lab().clientState()).isEqualTo(before);
  }

  @Test
  @Order(3)
  void byAVtiUntilSomebodyDeletesTheTun() {
    String before = KERNEL.lab().clientState();
    AditProcess client = carry("vti");
    KERNEL.lab().client("ip", "link", "del", "vpn0");
    assertThat(client.exitCode()).as(client.toString()).isEqualTo(1);
    assertThat(client.log()).contains("vpn0");
    KERNEL.assertNothingLeft();
    assertThat(KERNEL.lab().clientState()).isEqualTo(before);
  }

  private static AditProcess carry(String way) {
    AditProcess client = KERNEL.start("vpn0", "--ipsec=" + way);
    KERNEL.awaitCarrier(client, inKernel(way));
    assertThat(KERNEL.lab().client("ip", "xfrm", "state")).contains("src 2001:db8::2 dst");
    KERNEL.ping(5);
    KERNEL.transfer(256);
    assertThat(carrier(client)).isEqualTo(inKernel(way));
    return client;
  }
}

package dev.adit.core.ipsec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.core.ipsec.OffloadSurvey.Finding;
import dev.adit.core.sys.Errno;
import dev.adit.core.sys.SystemCallException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What doctor says of a kernel that can be made to refuse anything. */
final class OffloadSurveyTest {
  private final FakeIpsecKernel kernel = new FakeIpsecKernel();

  @Test
  void aKernelThatCanDoItHasAllGatesOpenAndKeepsNothing() {
    assertThat(shut()).isEmpty();
    assertThat(kernel.left()).isEmpty();
  }

  @Test
  void eachGateIsNamedWithItsRemedyAndNothingIsKept() {
    for (int request = 0; ; request++) {
      kernel.failAt(request, Errno.EOPNOTSUPP);
      List<Finding> shut = shut();
      if (kernel.requests() <= request) {
        assertThat(shut).isEmpty();
        return;
      }
      assertThat(shut).as("request %d", request).isNotEmpty();
      assertThat(shut.get(0).lack().orElse("")).startsWith("this kernel");
      kernel.links.keySet().removeIf(l -> l.startsWith("adx"));
      kernel.sas.clear();
      kernel.policies.clear();
      kernel.filters.clear();
    }
  }

  @Test
  void aMissingPrivilegeIsNoMissingKernelOption() {
    kernel.failAt(0, Errno.EPERM);
    assertThat(shut())
        .singleElement()
        .satisfies(
            f -> {
              assertThat(f.gate()).isEqualTo("xfrm interface");
              assertThat(f.lack().orElse("")).contains("CAP_NET_ADMIN").doesNotContain("CONFIG");
            });
  }

  @Test
  void whereXfrmInterfacesLackAVtiIsLookedFor() {
    kernel.lacks.add("xfrm");
    assertThat(shut()).singleElement().extracting(Finding::gate).isEqualTo("xfrm interface");
    kernel.lacks.add("vti");
    assertThat(shut()).extracting(Finding::gate).containsExactly("xfrm interface", "vti");
    assertThat(kernel.left()).isEmpty();
  }

  @Test
  void withoutIpsecNothingElseIsAsked() {
    List<Finding> findings =
        OffloadSurvey.of(
            () -> {
              throw new SystemCallException("socket", "netlink", Errno.EPROTONOSUPPORT);
            },
            new Random(1));
    assertThat(findings)
        .singleElement()
        .satisfies(
            f -> {
              assertThat(f.gate()).isEqualTo("ipsec");
              assertThat(f.lack().orElse("")).contains("CONFIG_XFRM_USER", "modprobe xfrm_user");
            });
  }

  /**
   * But for the socket, which is this machine's: whether it can take ESP is not the fake's word.
   */
  private List<Finding> shut() {
    return OffloadSurvey.of(() -> kernel, new Random(1)).stream()
        .filter(f -> f.lack().isPresent() && !f.gate().equals("encapsulation"))
        .toList();
  }
}

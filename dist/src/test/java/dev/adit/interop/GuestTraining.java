package dev.adit.interop;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What scenarios in a guest have in common, on whatever kernel this is: {@link GuestClasses} runs
 * it to learn which classes they need.
 */
final class GuestTraining {
  @RegisterExtension static final KernelLab KERNEL = new KernelLab();

  @ParameterizedTest
  @CsvSource("userspace, ESP")
  void aSession(String ipsec, String carrier) {
    KERNEL.gateway("esp=aes128-sha1");
    AditProcess adit = KERNEL.start("vpn0", "--ipsec=" + ipsec);
    KERNEL.gateway().await("esp-on", 1);
    KERNEL.ping(3);
    KERNEL.transfer(64);
    assertThat(KernelLab.carrier(adit)).contains(carrier);
    KernelLab.leave(adit);
  }
}

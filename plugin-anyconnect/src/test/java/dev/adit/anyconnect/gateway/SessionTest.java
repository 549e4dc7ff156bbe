package dev.adit.anyconnect.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.anyconnect.dtls.DtlsAnswer;
import dev.adit.api.fixture.MemoryTls;
import dev.adit.api.secret.SecretBytes;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a session of the gateway keeps of secrets. */
class SessionTest {
  private final Session session = new Session("alice", "0123");
  private final List<SecretBytes> secrets = new ArrayList<>();

  @Test
  void theSecretOfDtlsIsWipedWhenAnotherTakesItsPlaceAndAtTheEnd() {
    offer("0a");
    offer("0b");
    assertThat(secrets).extracting(SecretBytes::isClosed).containsExactly(true, false);
    session.closeDtls();
    assertThat(secrets).extracting(SecretBytes::isClosed).containsExactly(true, true);
    assertThat(session.dtlsParameters).isNull();
  }

  private void offer(String digits) {
    Map<String, String> request =
        Map.of("x-dtls-ciphersuite", "AES256-SHA", "x-dtls-master-secret", digits.repeat(48));
    DtlsAnswer.headers(
        request,
        MemoryTls.exportingNothing(),
        new SecureRandom(),
        443,
        (parameters, secret) -> {
          secrets.add(secret);
          session.offerDtls(parameters, secret);
        });
  }
}

package dev.adit.anyconnect.dtls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.api.secret.SecretBytes;
import dev.adit.api.tunnel.TlsSession;
import java.lang.reflect.Proxy;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a gateway makes of a client's offer. */
class DtlsAnswerTest {
  private final List<DtlsParameters> chosen = new ArrayList<>();
  private final List<SecretBytes> secrets = new ArrayList<>();

  @Test
  void aMasterSecretOfItsLengthIsTaken() {
    assertThat(answer("0a".repeat(48))).contains("X-DTLS-CipherSuite: AES256-SHA");
    assertThat(chosen).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 47, 49, 96})
  void aMasterSecretOfAnotherLengthIsNoOffer(int bytes) {
    assertThat(answer("0a".repeat(bytes))).isEmpty();
    assertThat(chosen).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0x", "g0", "é0"})
  void norIsOneThatIsNoHex(String digits) {
    assertThat(answer("0a".repeat(47) + digits)).isEmpty();
    assertThat(answer("0a".repeat(47) + "0")).isEmpty();
    assertThat(chosen).isEmpty();
  }

  @Test
  void theSecretIsTheHearersAndEachHandshakeHasACopy() {
    assertThat(answer("0a".repeat(48))).contains("X-DTLS-CipherSuite: AES256-SHA");
    SecretBytes ours = secrets.get(0);
    try (SecretBytes copy = chosen.get(0).secret()) {
      assertThat(copy).isEqualTo(ours).isNotSameAs(ours);
    }
    assertThat(ours.isClosed()).isFalse();
    ours.close();
    assertThatThrownBy(() -> chosen.get(0).secret()).isInstanceOf(IllegalStateException.class);
  }

  private String answer(String master) {
    return DtlsAnswer.headers(
        Map.of("x-dtls-ciphersuite", "AES256-SHA", "x-dtls-master-secret", master),
        noTls(),
        new SecureRandom(),
        443,
        (parameters, secret) -> {
          chosen.add(parameters);
          secrets.add(secret);
        });
  }

  private static TlsSession noTls() {
    return (TlsSession)
        Proxy.newProxyInstance(
            DtlsAnswerTest.class.getClassLoader(),
            new Class<?>[] {TlsSession.class},
            (proxy, method, arguments) -> {
              throw new AssertionError("nothing of TLS is needed");
            });
  }
}

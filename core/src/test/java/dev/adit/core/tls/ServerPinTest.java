package dev.adit.core.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.api.error.VpnException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerPinTest {
  private static final String BASE64 = "pin-sha256:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
  private static final String HEX =
      "sha256:000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

  @Test
  void bothNotationsAreOneThing() throws VpnException {
    assertThat(ServerPin.parse(BASE64)).isEqualTo(ServerPin.parse(HEX));
    assertThat(ServerPin.parse(HEX)).hasToString(BASE64);
  }

  @ParameterizedTest
  @CsvSource({
    "sha1:da39a3ee5e6b4b0d3255bfef95601890afd80709, SHA-1",
    "da39a3ee5e6b4b0d3255bfef95601890afd80709, SHA-1",
    "pin-sha256:AAECAw==, not whole",
    "sha256:0001, not whole",
    "pin-sha256:***, not Base64",
    "md5:00, neither",
  })
  void theRestIsRefusedWithAReason(String text, String reason) {
    assertThatThrownBy(() -> ServerPin.parse(text))
        .isInstanceOf(VpnException.class)
        .hasMessageContaining(reason)
        .hasMessageContaining(text);
  }
}

package dev.adit.core.pkcs11;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.api.error.VpnException;
import dev.adit.core.sys.Pkcs11Module.CertificateObject;
import dev.adit.core.sys.Pkcs11Module.PinTries;
import dev.adit.core.sys.Pkcs11Module.TokenInfo;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Pkcs11UriTest {
  private static final TokenInfo TOKEN =
      new TokenInfo(7, "My token (25%)", "Snake Oil, Inc.", "v2", "123456", PinTries.ENOUGH);
  private static final CertificateObject CERTIFICATE =
      new CertificateObject("01ab", "über;key", ByteBuffer.allocate(0));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "pkcs11:",
        "PKCS11:token=My%20token%20%2825%25%29",
        "pkcs11:manufacturer=Snake%20Oil,%20Inc.;model=v2;serial=123456;slot-id=7",
        "pkcs11:token=My%20token%20(25%25);id=%01%AB;object=%c3%bcber%3bkey;type=cert",
        "pkcs11:x-vendor=anything?module-path=/lib/a.so&pin-source=file:/run/pin",
      })
  void matchesWhatItNames(String text) throws VpnException {
    Pkcs11Uri uri = Pkcs11Uri.parse(text);
    assertThat(uri.matches(TOKEN)).isTrue();
    assertThat(uri.matches(CERTIFICATE)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"pkcs11:token=My%20token", "pkcs11:serial=12345", "pkcs11:slot-id=70"})
  void doesNotMatchAnotherToken(String text) throws VpnException {
    assertThat(Pkcs11Uri.parse(text).matches(TOKEN)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"pkcs11:id=%01", "pkcs11:id=", "pkcs11:object=key"})
  void doesNotMatchAnotherCertificate(String text) throws VpnException {
    assertThat(Pkcs11Uri.parse(text).matches(CERTIFICATE)).isFalse();
  }

  @Test
  void whatItPrintsNamesTheSameCertificate() throws VpnException {
    String printed = Pkcs11Uri.of(TOKEN, CERTIFICATE);
    assertThat(printed)
        .isEqualTo(
            "pkcs11:token=My%20token%20%2825%25%29;serial=123456;id=%01%ab;"
                + "object=%c3%bcber%3bkey;type=cert");
    assertThat(Pkcs11Uri.parse(printed).matches(TOKEN)).isTrue();
    assertThat(Pkcs11Uri.parse(printed).matches(CERTIFICATE)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "pkcs11:token, NAME=VALUE",
    "pkcs11:=x, NAME=VALUE",
    "pkcs11:id=%1, two hexadecimal digits",
    "pkcs11:id=%zz, two hexadecimal digits",
    "pkcs11:id=%01;id=%02, id is there twice",
    "pkcs11:type=data, neither cert nor private",
    "pkcs11:?pin-source=|cmd, file:/PATH",
  })
  void saysWhatIsWrong(String text, String why) {
    assertThatThrownBy(() -> Pkcs11Uri.parse(text)).hasMessageContaining(why);
  }

  @Test
  void neverRepeatsAPin() {
    assertThatThrownBy(() -> Pkcs11Uri.parse("pkcs11:token=a?pin-value=1234"))
        .hasMessageContaining("pin-source=file:")
        .hasMessageNotContaining("1234");
  }

  @Test
  void readsModuleAndPinFile() throws VpnException {
    Pkcs11Uri uri = Pkcs11Uri.parse("pkcs11:?module-path=/lib/a%20b.so&pin-source=file:///run/pin");
    assertThat(uri.module().orElseThrow()).hasToString("/lib/a b.so");
    assertThat(uri.pinFile().orElseThrow()).hasToString("/run/pin");
  }
}

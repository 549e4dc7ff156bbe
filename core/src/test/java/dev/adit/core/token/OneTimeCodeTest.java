package dev.adit.core.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.secret.SecretBytes;
import dev.adit.api.secret.SecretText;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The vectors of RFC 4226 appendix D and RFC 6238 appendix B. */
class OneTimeCodeTest {
  private static final String DIGITS = "1234567890";

  @ParameterizedTest
  @CsvSource({
    "0,755224",
    "1,287082",
    "2,359152",
    "3,969429",
    "4,338314",
    "5,254676",
    "6,287922",
    "7,162583",
    "8,399871",
    "9,520489"
  })
  void hotp(long counter, String code) {
    OneTimeCode seed = new OneTimeCode(seed(20), "HmacSHA1", 6, 30);
    assertThat(seed.hotp(counter).reveal()).isEqualTo(code);
  }

  @ParameterizedTest
  @CsvSource({
    "59, HmacSHA1, 20, 94287082",
    "59, HmacSHA256, 32, 46119246",
    "59, HmacSHA512, 64, 90693936",
    "1111111109, HmacSHA1, 20, 07081804",
    "2000000000, HmacSHA256, 32, 90698825",
    "20000000000, HmacSHA512, 64, 47863826"
  })
  void totp(long time, String algorithm, int length, String code) {
    OneTimeCode seed = new OneTimeCode(seed(length), algorithm, 8, 30);
    assertThat(seed.totp(Instant.ofEpochSecond(time)).reveal()).isEqualTo(code);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "base32:GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "base32:gezd gnbv gy3t qojq gezd gnbv gy3t qojq",
        "0x3132333435363738393031323334353637383930", "12345678901234567890",
        "otpauth://totp/x:y?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=x"
      })
  void readsASeedInEachNotation(String text) throws Exception {
    assertThat(TokenSeed.parse(SecretText.of(text)).code().hotp(1).reveal()).isEqualTo("287082");
  }

  @Test
  void theCounterIsKeptBeforeACodeIsGivenOut() throws Exception {
    List<Long> kept = new ArrayList<>();
    HotpCodes codes = new HotpCodes(new OneTimeCode(seed(20), "HmacSHA1", 6, 30), 3, kept::add);
    assertThat(codes.next().reveal()).isEqualTo("969429");
    assertThat(codes.next().reveal()).isEqualTo("338314");
    assertThat(kept).containsExactly(4L, 5L);
  }

  @Test
  void noCodeIsGivenOutIfItsCounterCannotBeKept() throws Exception {
    boolean[] full = {true};
    HotpCodes codes =
        new HotpCodes(
            new OneTimeCode(seed(20), "HmacSHA1", 6, 30),
            0,
            next -> {
              if (full[0]) {
                throw new VpnException(Kind.CONFIGURATION, "disk full");
              }
            });
    assertThatThrownBy(codes::next).hasMessage("disk full");
    full[0] = false;
    assertThat(codes.next().reveal()).as("the code that was not given").isEqualTo("755224");
  }

  @ParameterizedTest
  @CsvSource({
    "base32:GEZDGNBV, 'base32:GEZDGNBV,9'",
    "'0x3132,8', '0x3132,9'",
    "'a,b,8', 'a,b,9'",
    "otpauth://hotp/x?secret=GEZDGNBV, otpauth://hotp/x?secret=GEZDGNBV&counter=9",
    "otpauth://hotp/x?counter=8&secret=GEZDGNBV, otpauth://hotp/x?counter=9&secret=GEZDGNBV",
  })
  void aSeedIsWrittenBackWithItsCounter(String given, String kept) throws Exception {
    SecretText next = TokenSeed.withCounter(SecretText.of(given), 9);
    assertThat(next.reveal()).isEqualTo(kept);
    assertThat(TokenSeed.parse(next).counter()).hasValue(9);
    assertThat(TokenSeed.parse(next).code().hotp(1).reveal())
        .isEqualTo(TokenSeed.parse(SecretText.of(given)).code().hotp(1).reveal());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  ", "0x", "base32:=", "otpauth://totp/x?secret=%"})
  void aSeedWithoutASecretIsRefused(String text) {
    assertThatThrownBy(() -> TokenSeed.parse(SecretText.of(text)))
        .isInstanceOf(VpnException.class)
        .hasMessageStartingWith("--token-secret: ");
  }

  @Test
  void aUriMayBeEscaped() throws Exception {
    assertThat(
            TokenSeed.parse(
                    SecretText.of("otpauth://totp/x?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ%3D"))
                .code()
                .hotp(1)
                .reveal())
        .isEqualTo("287082");
  }

  @Test
  void readsACounterBehindTheSeed() throws Exception {
    assertThat(TokenSeed.parse(SecretText.of("0x3132,7")).counter()).hasValue(7);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "base32:1",
        "base32:",
        "0x123",
        "otpauth://totp/x?issuer=y",
        "otpauth://totp/x?secret=GEZDGNBV&digits=99"
      })
  void saysWhatIsWrongWithoutTheSeed(String text) {
    assertThatThrownBy(() -> TokenSeed.parse(SecretText.of(text)))
        .isInstanceOf(VpnException.class)
        .hasMessageStartingWith("--token-secret: ")
        .hasMessageNotContaining(text);
  }

  private static SecretBytes seed(int length) {
    return SecretBytes.owning(
        DIGITS.repeat(7).substring(0, length).getBytes(StandardCharsets.US_ASCII));
  }
}

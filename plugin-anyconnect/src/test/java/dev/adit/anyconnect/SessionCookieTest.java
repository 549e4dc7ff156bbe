package dev.adit.anyconnect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.anyconnect.sso.StrapKey;
import dev.adit.api.error.PeerViolationException;
import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.secret.SecretText;
import java.security.SecureRandom;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a user may have kept, and what must not become a line of a request. */
class SessionCookieTest {
  @ParameterizedTest
  @CsvSource({
    "webvpn=AF/ir+gYI=, webvpn=AF/ir+gYI=",
    "'  webvpn=abc\n', webvpn=abc",
    "AFir@2@x=, webvpn=AFir@2@x=",
    "webvpnlang=1;webvpn=abc;x=y, webvpn=abc",
  })
  void readsEachNotation(String given, String cookie) throws Exception {
    assertThat(SessionCookie.parse(SecretText.of(given)).reveal()).isEqualTo(cookie);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", " ", "webvpn=", "a b", "a=b; c=d", "webvpn=a\r\nX: y", "abc\u0000", "é"})
  void refusesWhatIsNoneWithoutRepeatingIt(String given) {
    assertThatThrownBy(() -> SessionCookie.parse(SecretText.of(given)))
        .isInstanceOfSatisfying(
            VpnException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CONFIGURATION))
        .hasMessage("the cookie is not of the form webvpn=SECRET that --authenticate prints");
  }

  @Test
  void theKeyStaysBesideItAndOutOfTheHeader() throws Exception {
    StrapKey key = StrapKey.fresh(new SecureRandom());
    SecretText cookie =
        SessionCookie.parse(
            SecretText.of("x=y;webvpn=abc= ;openconnect_strapkey=" + key.kept() + "\n"));
    assertThat(cookie.reveal())
        .isEqualTo("openconnect_strapkey=" + key.kept() + "; webvpn=abc=")
        .isEqualTo(SessionCookie.of("abc=", Optional.of(key)).reveal());
    assertThat(SessionCookie.header(cookie)).isEqualTo("webvpn=abc=");
    assertThat(SessionCookie.key(cookie).orElseThrow().header()).isEqualTo(key.header());
    StrapKey next = StrapKey.fresh(new SecureRandom());
    SecretText renewed = SessionCookie.withKey(cookie, next);
    assertThat(SessionCookie.key(renewed).orElseThrow().header()).isEqualTo(next.header());
    assertThat(SessionCookie.header(renewed)).isEqualTo("webvpn=abc=");
  }

  @Test
  void aKeyThatIsNoneIsSaidWithoutRepeatingIt() {
    assertThatThrownBy(
            () -> SessionCookie.parse(SecretText.of("openconnect_strapkey=MHcC; webvpn=abc")))
        .hasMessageContaining("openconnect_strapkey")
        .hasMessageNotContaining("MHcC");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a\r\nX-Evil: 1", "a;b", "a b"})
  void aServerCannotAddALineByItsToken(String token) {
    assertThatThrownBy(() -> SessionCookie.of(token, Optional.empty()))
        .isInstanceOf(PeerViolationException.class);
  }
}

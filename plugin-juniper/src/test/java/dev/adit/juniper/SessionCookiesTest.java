package dev.adit.juniper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.secret.SecretText;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SessionCookiesTest {
  @ParameterizedTest
  @CsvSource({
    "00ff,DSID=00ff,DSID=00ff",
    "' 00ff ',DSID=00ff,DSID=00ff",
    "DSID=00ff,DSID=00ff,DSID=00ff",
    "DSID=a=b,DSID=a=b,DSID=a=b",
    "DSLast=2; DSID=00ff;DSFirst=1,DSID=00ff; DSFirst=1; DSLast=2,"
        + "DSID=00ff; DSFirstAccess=1; DSLastAccess=2",
    "lastRealm=x; DSID=00ff; DSLastAccess=2,DSID=00ff; DSLast=2,DSID=00ff; DSLastAccess=2",
    "DSID=00ff; DSFirst=soon,DSID=00ff,DSID=00ff"
  })
  void textThatAUserKept(String given, String ticket, String header) throws Exception {
    try (SessionCookies cookies = SessionCookies.parse(SecretText.of(given))) {
      assertThat(cookies.toTicket().reveal()).isEqualTo(ticket);
      assertThat(cookies.toHeader()).isEqualTo(header);
      assertThat(cookies).hasToString("SessionCookies[redacted]");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "DSID=", "webvpn=00ff", "DSFirst=1", "a b", "DSID=a\r\nX: y"})
  void whatIsNoSessionIsRefusedWithoutBeingShown(String given) {
    assertThatThrownBy(() -> SessionCookies.parse(SecretText.of(given)))
        .isInstanceOfSatisfying(
            VpnException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CONFIGURATION))
        .hasMessageContaining("DSID=SECRET")
        .hasMessageNotContaining("00ff");
  }

  @Test
  void theServerMayRenewTheTime() throws Exception {
    SessionCookies renewed =
        SessionCookies.parse(SecretText.of("DSID=00ff; DSFirst=1; DSLast=2")).withLastAccess("3");
    assertThat(renewed.toHeader()).isEqualTo("DSID=00ff; DSFirstAccess=1; DSLastAccess=3");
  }

  @Test
  void aKeptCookieMakesATicket() throws Exception {
    Script script = new Script();
    assertThat(new JuniperProtocol().resume(script, SecretText.of("00ff")).cookie().reveal())
        .isEqualTo("DSID=00ff");
  }
}

package dev.adit.juniper.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.api.auth.HostCheckRequest;
import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.juniper.Script;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostCheckTest {
  private static final String ASKED =
      "/dana-na/auth/url_default/welcome.cgi?p=preauth&id=state_1f&signinRealmId=2";

  private final Script script = new Script();

  @Test
  void theProgramExchangesTheCookieAndTheSamePageIsFetchedAgain() throws Exception {
    script.hostCheckOutput = Optional.of("checking\n200\r\n3\r\nn3w\r\n10\r\n\r\n");
    asked();
    script.thenRedirect("login.cgi?loginmode=mode_postAuth&postauth=state_1f").thenSession();
    script.logIn();
    HostCheckRequest check = script.checks.get(0);
    assertThat(check.arguments()).containsExactly("vpn.test");
    assertThat(check.environment())
        .containsEntry("TNCC_HOSTNAME", "laptop")
        .containsEntry("TNCC_INTERVAL", "0")
        .containsEntry("TNCC_DSPREAUTH", "0ld")
        .containsEntry("TNCC_DSSIGNIN", "url_default");
    assertThat(check.environment().get("TNCC_SHA256")).matches("[A-Za-z0-9+/]{43}=");
    assertThat(script.log)
        .containsExactly(
            "GET https://vpn.test/",
            "GET https://vpn.test" + ASKED,
            "GET https://vpn.test" + ASKED,
            "GET https://vpn.test/dana-na/auth/url_default/login.cgi"
                + "?loginmode=mode_postAuth&postauth=state_1f");
    assertThat(script.sentCookies.get(2)).contains("DSPREAUTH=n3w");
  }

  @Test
  void withoutAProgramItIsSaid() {
    asked();
    fails("no program is named");
  }

  @Test
  void itIsDoneOnce() {
    script.hostCheckOutput = Optional.of("200\n3\nn3w\n\n");
    asked();
    script.thenPage("<p>Checking</p>");
    fails("second host check");
  }

  @ParameterizedTest
  @CsvSource({
    "'',no line with a status",
    "'403\n3\nx\n',status 403",
    "'200\n3\n',no cookie (0 characters)",
    "'200\n3\na; b=c\n',no cookie (6 characters)"
  })
  void whatTheProgramPrintsIsChecked(String output, String words) {
    script.hostCheckOutput = Optional.of(output);
    asked();
    fails(words);
  }

  private void asked() {
    script
        .then(
            302,
            List.of(
                "Location: " + ASKED,
                "Set-Cookie: DSSIGNIN=url_default; path=/dana-na/",
                "Set-Cookie: DSPREAUTH=0ld; path=/dana-na/"),
            "")
        .thenPage("<script>location = '/elsewhere';</script><p>Checking</p>");
  }

  private void fails(String words) {
    assertThatThrownBy(script::logIn)
        .isInstanceOfSatisfying(
            VpnException.class, e -> assertThat(e.kind()).isEqualTo(Kind.HOST_CHECK))
        .hasMessageContaining(words);
  }
}

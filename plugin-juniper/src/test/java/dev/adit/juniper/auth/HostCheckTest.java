package dev.adit.juniper.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.api.auth.HostCheckRequest;
import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.fixture.ScriptedHelper;
import dev.adit.juniper.Script;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostCheckTest {
  private static final String ASKED =
      "/dana-na/auth/url_default/welcome.cgi?p=preauth&id=state_1f&signinRealmId=2";

  private final Script script = new Script();

  @Test
  void theHelperExchangesTheCookieAndTheSamePageIsFetchedAgain() throws Exception {
    ScriptedHelper helper = helper("200", "3", "n3w", "600", "");
    script.logIn();
    HostCheckRequest check = script.checks.get(0);
    assertThat(check.arguments()).containsExactly("vpn.test");
    assertThat(check.environment())
        .containsOnlyKeys("TNCC_HOSTNAME", "TNCC_INTERVAL", "TNCC_SHA256")
        .containsEntry("TNCC_HOSTNAME", "laptop")
        .containsEntry("TNCC_INTERVAL", "0");
    assertThat(check.environment().get("TNCC_SHA256")).matches("[A-Za-z0-9+/]{43}=");
    assertThat(helper.heard).startsWith("start\nIC=vpn.test\nCookie=0ld\nDSSIGNIN=url_default\n");
    assertThat(script.peer.log)
        .containsExactly(
            "GET https://vpn.test/",
            "GET https://vpn.test" + ASKED,
            "GET https://vpn.test" + ASKED,
            "GET https://vpn.test/dana-na/auth/url_default/login.cgi"
                + "?loginmode=mode_postAuth&postauth=state_1f");
    assertThat(script.peer.sentCookies.get(2)).contains("DSPREAUTH=n3w");
  }

  @Test
  void theHelperIsToldOfTheSessionAtOnceAndEachTimeThatItWants() throws Exception {
    ScriptedHelper helper = helper("200", "3", "n3w", "600", "");
    script.logIn();
    assertThat(helper.heard.subList(1, helper.heard.size()))
        .containsExactly("setcookie\nCookie=n3w\n");
    assertThat(script.repeats).containsExactly(Optional.of(Duration.ofMinutes(10)));
    script.repetition.check();
    assertThat(helper.heard).hasSize(3).endsWith("setcookie\nCookie=n3w\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"200|3|n3w||", "200|3|n3w|", "200|3|n3w", "200|3|n3w|0|"})
  void withoutAnIntervalOnlyTheUserCanWantIt(String lines) throws Exception {
    helper(lines.split("\\|", -1));
    script.logIn();
    assertThat(script.repeats).containsExactly(Optional.empty());
  }

  @Test
  void whatTheHelperSaysInBetweenIsLeftOut() throws Exception {
    ScriptedHelper helper = helper("200", "3", "n3w", "10", "a", "b", "", "checked", "again");
    script.logIn();
    assertThat(helper.unread()).isZero();
  }

  @Test
  void aHelperThatHasEndedIsSaidWhenItIsNextDue() throws Exception {
    helper("200", "3", "n3w", "10", "", "bye").thenEnds();
    assertThatThrownBy(script::logIn)
        .isInstanceOfSatisfying(
            VpnException.class, e -> assertThat(e.kind()).isEqualTo(Kind.HOST_CHECK))
        .hasMessageContaining("ended");
  }

  @Test
  void withoutACheckNothingIsRepeated() throws Exception {
    script.thenSession();
    script.logIn();
    assertThat(script.checks).isEmpty();
    assertThat(script.repeats).isEmpty();
  }

  @Test
  void withoutAProgramItIsSaid() {
    asked();
    fails("no program is named");
  }

  @Test
  void itIsDoneOnce() {
    script.helper = Optional.of(ScriptedHelper.saying("200", "3", "n3w", ""));
    asked();
    script.thenPage("<p>Checking</p>");
    fails("second host check");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''|nothing for 120 s instead of a status",
        "hello|no status",
        "403,3,x,|status 403",
        "200|nothing for 5 s instead of the second line",
        "200,3|instead of the new DSPREAUTH",
        "200,3,|no cookie (0 characters)",
        "200,3,a; b=c|no cookie (6 characters)",
        "200,3,x,soon,|no number of seconds",
        "200,3,x,-1,|no number of seconds"
      })
  void whatTheHelperSaysIsChecked(String said, String words) {
    script.helper =
        Optional.of(ScriptedHelper.saying(said.isEmpty() ? new String[0] : said.split(",", -1)));
    asked();
    fails(words);
  }

  private ScriptedHelper helper(String... lines) {
    ScriptedHelper helper = ScriptedHelper.saying(lines);
    script.helper = Optional.of(helper);
    asked();
    script.thenRedirect("login.cgi?loginmode=mode_postAuth&postauth=state_1f").thenSession();
    return helper;
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

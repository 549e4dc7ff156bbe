package dev.adit.anyconnect.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.api.error.AuthenticationException;
import dev.adit.api.http.HttpHeader;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A server that wants HTTP authentication instead of a form, or before it. */
class HttpLoginTest {
  private static final String WANTS = "WWW-Authenticate: Negotiate";

  private final Script script = new Script();

  @Test
  void aChallengeIsAnsweredUntilTheServerIsContent() throws Exception {
    script.proofs.addAll(List.of("Negotiate b25l", "Negotiate dHdv"));
    script.then("401 Who?", List.of(WANTS), "").then("401 Who?", List.of(WANTS + " eA=="), "");
    script.thenSuccess();
    script.logIn();
    assertThat(script.lastHeaders()).contains(new HttpHeader("Authorization", "Negotiate dHdv"));
    assertThat(script.posted()).hasSize(3).containsOnly(script.posted().get(0));
  }

  @Test
  void isOfferedOnlyIfItIsWanted() throws Exception {
    script.thenSuccess().logIn();
    assertThat(script.lastHeaders()).noneMatch(h -> h.name().equals("X-Support-HTTP-Auth"));
    Script another = new Script();
    another.invitesHttp = true;
    another.thenSuccess().logIn();
    assertThat(another.lastHeaders()).contains(new HttpHeader("X-Support-HTTP-Auth", "true"));
  }

  @Test
  void whoCannotIsShownTheFormsIfThereAreAny() throws Exception {
    script.invitesHttp = true;
    script.then("401 Who?", List.of(WANTS, "X-HTTP-Auth-Support: fallback"), "").thenSuccess();
    script.logIn();
    assertThat(script.lastHeaders()).noneMatch(h -> h.name().equals("X-Support-HTTP-Auth"));
  }

  @Test
  void whoCannotIsToldWhatIsWanted() {
    script.invitesHttp = true;
    script.then("401 Who?", List.of(WANTS, "WWW-Authenticate: Basic realm=\"x\""), "");
    assertThatThrownBy(script::logIn)
        .isInstanceOf(AuthenticationException.class)
        .hasMessageContaining("HTTP authentication (Negotiate, Basic)")
        .hasMessageContaining("--http-auth");
  }

  @Test
  void aServerThatNeverHasEnoughIsGivenUp() {
    for (int i = 0; i < 20; i++) {
      script.proofs.add("Negotiate eA==");
      script.then("401 Who?", List.of(WANTS), "");
    }
    assertThatThrownBy(script::logIn).isInstanceOf(AuthenticationException.class);
    assertThat(script.posted()).hasSize(11);
  }
}

package dev.adit.juniper.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.api.auth.SessionTicket;
import dev.adit.api.error.VpnException;
import dev.adit.api.fixture.ScriptedServer;
import dev.adit.api.secret.SecretText;
import dev.adit.juniper.JuniperProtocol;
import dev.adit.juniper.Script;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class LogOutTest {
  private final Script script = new Script();
  private final SessionTicket ticket =
      new SessionTicket(
          SecretText.of("DSID=00ff; DSFirst=17; DSLast=18"),
          URI.create("https://vpn2.test:8443/staff"),
          Optional.empty());

  @Test
  void theSessionIsNamedByItsCookies() throws Exception {
    script.then(302, List.of("Location: welcome.cgi?p=logout", "Set-Cookie: DSID=; path=/"), "");
    new JuniperProtocol().logOut(script, ticket);
    assertThat(script.peer.log)
        .containsExactly(
            "drop connections",
            "GET https://vpn2.test:8443/dana-na/auth/logout.cgi",
            "drop connections");
    assertThat(script.peer.sentCookies)
        .containsExactly("DSID=00ff; DSFirstAccess=17; DSLastAccess=18");
    assertThat(ticket.cookie().isEmpty()).isFalse();
  }

  @Test
  void aServerThatDoesNotAnswerIsNotWaitedFor() {
    CountDownLatch never = new CountDownLatch(1);
    script.peer.answerer =
        request -> {
          try {
            never.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          return ScriptedServer.response("200", List.of(), "");
        };
    assertThatThrownBy(() -> LogOut.run(script, ticket, Duration.ofMillis(50)))
        .isInstanceOf(VpnException.class)
        .hasMessageContaining("vpn2.test");
  }
}

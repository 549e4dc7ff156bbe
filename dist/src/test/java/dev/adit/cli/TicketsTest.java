package dev.adit.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.api.auth.SessionTicket;
import dev.adit.api.error.AuthenticationException;
import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.secret.SecretText;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** How often, and where, a session may log in again. */
class TicketsTest {
  private Instant now = Instant.EPOCH;
  private String server = "https://vpn.test/";
  private int logIns;
  private boolean down;

  @Test
  void withoutLeaveThereIsNoOther() {
    assertThat(tickets(0, false).isWilling()).isFalse();
  }

  @Test
  void aKeptOneThatIsRefusedIsReplacedOnce() throws Exception {
    Tickets tickets = tickets(0, true);
    assertThat(tickets.isWilling()).isTrue();
    tickets.renew();
    assertThat(tickets.current().cookie().reveal()).isEqualTo("cookie-1");
    assertThat(tickets.isWilling()).isFalse();
  }

  @Test
  void inARowNoMoreThanAllowed() throws Exception {
    Tickets tickets = tickets(2, false);
    tickets.renew();
    tickets.renew();
    assertThat(tickets.isWilling()).isFalse();
    now = now.plus(Duration.ofSeconds(61));
    assertThat(tickets.isWilling()).as("the last one held").isTrue();
    tickets.renew();
    assertThat(tickets.current().cookie().reveal()).isEqualTo("cookie-3");
  }

  @Test
  void aServerThatIsDownDoesNotCount() throws Exception {
    for (boolean kept : new boolean[] {false, true}) {
      Tickets tickets = tickets(kept ? 0 : 1, kept);
      down = true;
      assertThatThrownBy(tickets::renew).hasMessage("no route");
      assertThat(tickets.isWilling()).isTrue();
      down = false;
      tickets.renew();
      assertThat(tickets.isWilling()).isFalse();
    }
  }

  @Test
  void theOneBeforeIsWiped() throws Exception {
    Tickets tickets = tickets(1, false);
    SecretText first = tickets.current().cookie();
    tickets.renew();
    assertThatThrownBy(first::reveal).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void anotherServerIsNotFollowed() {
    Tickets tickets = tickets(1, false);
    server = "https://elsewhere.test/";
    assertThatThrownBy(tickets::renew)
        .isInstanceOf(AuthenticationException.class)
        .hasMessageContaining("elsewhere.test");
    assertThat(tickets.current().connectUrl()).hasHost("vpn.test");
  }

  private Tickets tickets(int most, boolean cached) {
    return new Tickets(ticket(0), cached, this::logIn, most, () -> now);
  }

  private SessionTicket logIn() throws VpnException {
    if (down) {
      throw new VpnException(Kind.UNREACHABLE, "no route");
    }
    return ticket(++logIns);
  }

  private SessionTicket ticket(int number) {
    return new SessionTicket(
        SecretText.of("cookie-" + number), URI.create(server), Optional.empty());
  }
}

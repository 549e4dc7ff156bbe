package dev.adit.anyconnect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.anyconnect.sso.StrapKey;
import dev.adit.api.OptionValues;
import dev.adit.api.auth.ClientIdentity;
import dev.adit.api.auth.SessionTicket;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.fixture.MemoryNetwork;
import dev.adit.api.fixture.MemoryTunnel;
import dev.adit.api.secret.SecretText;
import dev.adit.api.tunnel.TunnelConfig;
import dev.adit.api.tunnel.TunnelEvent;
import dev.adit.api.tunnel.TunnelSettings;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A session that is bound to a key, at a gateway that insists on it. */
class StrapTest {
  private final AnyConnectProtocol protocol = new AnyConnectProtocol();
  private final MemoryNetwork network = new MemoryNetwork(protocol, Map.of("strap", "required"));

  @AfterEach
  void close() {
    network.close();
  }

  @Test
  void theFirstConnectKeepsTheKeyAndEachLaterOneBringsAnother() throws Exception {
    SessionTicket ticket = protocol.authenticate(network.user());
    MemoryTunnel first = network.tunnel(ticket, settings(), Optional.empty());
    TunnelConfig config = first.established().config();
    assertThat(first.events(TunnelEvent.CookieRenewed.class)).isEmpty();
    first.close();
    for (int i = 0; i < 3; i++) {
      MemoryTunnel again = network.tunnel(ticket, settings(), Optional.of(config));
      again.established();
      assertThat(again.events(TunnelEvent.CookieRenewed.class)).hasSize(1);
      again.close();
    }
    assertThat(network.log().of("gateway", String.class))
        .filteredOn(e -> e.startsWith("strap"))
        .containsExactly(
            "strap the same key", "strap a fresh key", "strap a fresh key", "strap a fresh key");
  }

  @Test
  void theCookieAloneIsNotEnough() throws Exception {
    SessionTicket ticket = protocol.authenticate(network.user());
    refused(SecretText.of(SessionCookie.header(ticket.cookie())), ticket);
    StrapKey another = StrapKey.fresh(new SecureRandom());
    refused(SessionCookie.withKey(ticket.cookie(), another), ticket);
    network.tunnel(ticket, settings(), Optional.empty()).established();
  }

  @Test
  void aKeyThatWasReplacedIsOfNoUse() throws Exception {
    SessionTicket ticket = protocol.authenticate(network.user());
    SecretText old = ticket.cookie().copy();
    MemoryTunnel first = network.tunnel(ticket, settings(), Optional.empty());
    network.tunnel(ticket, settings(), Optional.of(first.established().config())).established();
    refused(old, ticket);
  }

  private void refused(SecretText cookie, SessionTicket of) {
    MemoryTunnel tunnel =
        network.tunnel(
            new SessionTicket(cookie, of.connectUrl(), Optional.empty()),
            settings(),
            Optional.empty());
    assertThat(tunnel.events(TunnelEvent.Ended.class))
        .singleElement()
        .satisfies(e -> assertThat(e.error().kind()).isEqualTo(Kind.SESSION_REFUSED));
  }

  private static TunnelSettings settings() {
    return new TunnelSettings(
        OptionalInt.empty(),
        1500,
        true,
        false,
        TunnelSettings.Compression.NONE,
        Optional.empty(),
        new ClientIdentity("linux-64", Optional.empty(), Optional.empty(), "laptop"),
        OptionValues.NONE);
  }
}

package dev.adit.api.behaviour;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import dev.adit.api.OptionValues;
import dev.adit.api.VpnProtocol;
import dev.adit.api.auth.AuthField.Role;
import dev.adit.api.auth.ClientIdentity;
import dev.adit.api.auth.SessionTicket;
import dev.adit.api.datagram.DatagramEvent;
import dev.adit.api.datagram.DatagramOffer;
import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.fixture.MemoryDatagrams;
import dev.adit.api.fixture.MemoryNetwork;
import dev.adit.api.fixture.MemoryTunnel;
import dev.adit.api.fixture.Packets;
import dev.adit.api.fixture.ScriptedUser;
import dev.adit.api.gateway.GatewayFault;
import dev.adit.api.secret.SecretText;
import dev.adit.api.tunnel.IpPrefix;
import dev.adit.api.tunnel.TunnelConfig;
import dev.adit.api.tunnel.TunnelEngine.CarrierKind;
import dev.adit.api.tunnel.TunnelEngine.Farewell;
import dev.adit.api.tunnel.TunnelEvent;
import dev.adit.api.tunnel.TunnelSettings;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * What core relies on, of every protocol: a client against the gateway of the same plugin. A
 * subclass in the tests of a plugin says what the protocol has, and is all that its author writes.
 * What a protocol has not is asserted to be absent, never left out.
 */
public abstract class ProtocolBehaviour {
  private static final InetAddress INSIDE = address("198.18.0.1");
  private static final InetAddress INSIDE_6 = address("2001:db8::1");
  private static final Duration LONG = Duration.ofHours(1);
  private static final int MANY = 300;

  private Optional<MemoryNetwork> opened = Optional.empty();
  private long seed = 1;

  /** The protocol under test; one object serves all of a test's sessions. */
  protected abstract VpnProtocol protocol();

  /** What the protocol has. */
  protected abstract Set<Capability> capabilities();

  /** What becomes of a session with each fault that the plugin's gateway can make. */
  protected abstract Map<String, Outcome> faults();

  /** Options of the gateway by which new keys are due within {@link #rekeyWithin}. */
  protected Map<String, String> rekeyOptions() {
    return Map.of();
  }

  /** When new keys are due at the latest, with {@link #rekeyOptions}. */
  protected Duration rekeyWithin() {
    return Duration.ofMinutes(2);
  }

  @AfterEach
  void closeNetwork() {
    opened.ifPresent(MemoryNetwork::close);
  }

  // Log-in.

  @Test
  void logsInAndIsGivenWhatTheGatewayGives() throws Exception {
    MemoryNetwork network = network();
    MemoryTunnel tunnel = tunnel(network, logIn(network));
    TunnelConfig config = tunnel.established().config();
    assertThat(config.ipv4()).contains(new IpPrefix(address("10.99.0.10"), 32));
    assertThat(config.splitInclude()).containsExactly(IpPrefix.parse("route", "198.18.0.0/16"));
    assertThat(config.mtu()).isBetween(TunnelConfig.MIN_MTU, 1400);
    assertThat(config.ipv6().isPresent()).isEqualTo(has(Capability.IPV6));
    assertThat(network.log().of("gateway", String.class))
        .anyMatch(e -> e.startsWith("login"))
        .anyMatch(e -> e.startsWith("tunnel"));
  }

  @Test
  void aWrongPasswordIsRefused() {
    MemoryNetwork network = network();
    ScriptedUser user = network.user();
    user.knowsRole.put(Role.PASSWORD, "wrong");
    assertThatThrownBy(() -> protocol().authenticate(user))
        .isInstanceOfSatisfying(
            VpnException.class, e -> assertThat(e.kind()).isEqualTo(Kind.AUTHENTICATION));
    assertThat(network.addresses().count()).isZero();
  }

  @Test
  void theTicketCanBeKeptAsText() throws Exception {
    MemoryNetwork network = network();
    try (SessionTicket ticket = logIn(network);
        SecretText kept = ticket.cookie().copy();
        SessionTicket resumed = protocol().resume(network.user(), kept)) {
      assertThat(tunnel(network, resumed).established().config().ipv4()).isPresent();
    }
  }

  @Test
  void aTicketThatTheGatewayDoesNotKnowIsRefused() throws Exception {
    try (MemoryNetwork elsewhere = new MemoryNetwork(protocol(), Map.of())) {
      // The second there, since both gateways draw the same randomness.
      logIn(elsewhere).close();
      try (SessionTicket ticket = logIn(elsewhere);
          SecretText text = ticket.cookie().copy()) {
        MemoryNetwork network = network();
        logIn(network).close();
        try (SessionTicket foreign = protocol().resume(network.user(), text)) {
          assertRefused(tunnel(network, foreign));
        }
      }
    }
  }

  @Test
  void noSecretIsInAnEvent() throws Exception {
    MemoryNetwork network = network();
    try (SessionTicket ticket = logIn(network)) {
      tunnel(network, ticket);
      String secret = ticket.cookie().reveal();
      assertThat(ticket.toString()).doesNotContain(secret);
      assertThat(network.log().toString())
          .doesNotContain(secret)
          .doesNotContain(MemoryNetwork.PASSWORD);
    }
  }

  // Data by TLS.

  @Test
  void packetsArriveUnchangedBothWays() throws Exception {
    MemoryNetwork network = network();
    MemoryTunnel tunnel = tunnel(network, logIn(network));
    assertCarriesByTls(network, tunnel);
  }

  @Test
  void recordsMayBeCutAnywhereAndBatchesMayBeSmall() throws Exception {
    MemoryNetwork network = network();
    SessionTicket ticket = logIn(network);
    MemoryTunnel tunnel = tunnel(network, ticket);
    tunnel.cutAnywhere(7);
    assertCarriesByTls(network, tunnel);
  }

  @Test
  void ipv6IsCarriedOrDoesNoHarm() throws Exception {
    MemoryNetwork network = network();
    MemoryTunnel tunnel = tunnel(network, logIn(network));
    InetAddress from =
        tunnel.established().config().ipv6().map(IpPrefix::address).orElse(address("2001:db8::2"));
    List<byte[]> six = Packets.some(10, mtu(tunnel), from, INSIDE_6, seed++);
    tunnel.send(six);
    network.settle();
    List<byte[]> arrived = network.takeReceived();
    if (has(Capability.IPV6)) {
      assertThat(Packets.hash(arrived)).isEqualTo(Packets.hash(six));
    }
    assertCarriesByTls(network, tunnel);
  }

  @Test
  void anIdleHourChangesNothing() throws Exception {
    MemoryNetwork network = network();
    MemoryTunnel tunnel = tunnel(network, logIn(network));
    network.pass(LONG);
    assertThat(tunnel.isClosed()).isFalse();
    assertCarriesByTls(network, tunnel);
  }

  // Cuts and the end.

  @Test
  void afterACutTheSameAddressesComeBack() throws Exception {
    MemoryNetwork network = network();
    SessionTicket ticket = logIn(network);
    MemoryTunnel first = tunnel(network, ticket);
    TunnelConfig config = first.established().config();
    first.close();
    network.pass(Duration.ofSeconds(10));
    MemoryTunnel second = network.tunnel(ticket, settings(true), Optional.of(config));
    assertThat(second.established().config().ipv4()).isEqualTo(config.ipv4());
    assertThat(second.established().config().ipv6()).isEqualTo(config.ipv6());
    assertCarriesByTls(network, second);
  }

  @Test
  void anotherAddressAtAReconnectIsTold() throws Exception {
    MemoryNetwork network = network();
    SessionTicket ticket = logIn(network);
    MemoryTunnel first = tunnel(network, ticket);
    TunnelConfig config = first.established().config();
    first.close();
    network.addresses().renumber();
    MemoryTunnel second = network.tunnel(ticket, settings(true), Optional.of(config));
    assertThat(second.established().config().ipv4())
        .contains(new IpPrefix(address("10.99.0.11"), 32));
    assertCarriesByTls(network, second);
  }

  @Test
  void aDetachedSessionCanBeTakenUpAgain() throws Exception {
    MemoryNetwork network = network();
    SessionTicket ticket = logIn(network);
    tunnel(network, ticket).end(Farewell.DETACH);
    assertCarriesByTls(network, tunnel(network, ticket));
  }

  @Test
  void afterALogOutTheTicketIsWorthNothing() throws Exception {
    MemoryNetwork network = network();
    SessionTicket ticket = logIn(network);
    tunnel(network, ticket).end(Farewell.LOG_OFF);
    protocol().logOut(network.user(), ticket);
    if (has(Capability.LOG_OUT)) {
      assertThat(network.log().of("gateway", String.class)).anyMatch(e -> e.startsWith("logout"));
      assertThat(network.addresses().count()).isZero();
      assertRefused(tunnel(network, ticket));
    } else {
      assertCarriesByTls(network, tunnel(network, ticket));
    }
  }

  @Test
  void aServerThatFallsSilentIsNoticed() throws Exception {
    MemoryNetwork network = network();
    MemoryTunnel tunnel = tunnel(network, logIn(network));
    tunnel.goSilent();
    network.pass(LONG);
    assertThat(!tunnel.events(TunnelEvent.PeerSilent.class).isEmpty())
        .as("silence is noticed")
        .isEqualTo(has(Capability.LIVENESS));
  }

  @Test
  void aProbeIsAnswered() throws Exception {
    MemoryNetwork network = network();
    MemoryTunnel tunnel = tunnel(network, logIn(network));
    tunnel.probe();
    assertThat(!tunnel.events(TunnelEvent.ProbeAnswered.class).isEmpty())
        .as("the probe is answered")
        .isEqualTo(has(Capability.PROBE));
  }

  // UDP.

  @Test
  void datagramsAreOfferedAsFarAsTheUserLets() throws Exception {
    MemoryNetwork network = network();
    SessionTicket ticket = logIn(network);
    TunnelEvent.Established with = tunnel(network, ticket).established();
    assertThat(!with.offers().isEmpty()).isEqualTo(has(Capability.DATAGRAMS));
    assertThat(with.noDatagram().isEmpty()).isEqualTo(has(Capability.DATAGRAMS));
    TunnelEvent.Established without =
        network.tunnel(ticket, settings(false), Optional.of(with.config())).established();
    assertThat(without.offers()).isEmpty();
    assertThat(without.noDatagram()).isNotEmpty();
  }

  @Test
  void packetsGoByUdpAndBackWhenItIsBlockedAndOpenAgain() throws Exception {
    MemoryNetwork network = network();
    MemoryTunnel tunnel = tunnel(network, logIn(network));
    if (!has(Capability.DATAGRAMS)) {
      tunnel.use(CarrierKind.TLS);
      assertThat(tunnel.events(TunnelEvent.CarrierConfirmed.class))
          .containsExactly(new TunnelEvent.CarrierConfirmed(CarrierKind.TLS));
      return;
    }
    MemoryDatagrams udp = udp(network, tunnel.established().offers().get(0));
    assertThat(udp.isReady()).as("UDP is ready%s", network.log()).isTrue();
    onUdp(network, tunnel, udp);

    int answers = udp.events(DatagramEvent.ProbeAnswered.class).size();
    udp.wire().block();
    udp.probe();
    network.pass(Duration.ofSeconds(5));
    assertThat(udp.events(DatagramEvent.ProbeAnswered.class)).hasSize(answers);
    tunnel.use(CarrierKind.TLS);
    assertCarriesByTls(network, tunnel);

    udp.wire().unblock();
    onUdp(network, tunnel, udp);
  }

  @Test
  void aLostDatagramIsOneLostPacket() throws Exception {
    if (!has(Capability.DATAGRAMS)) {
      datagramsAreOfferedAsFarAsTheUserLets();
      return;
    }
    MemoryNetwork network = network();
    MemoryTunnel tunnel = tunnel(network, logIn(network));
    MemoryDatagrams udp = udp(network, tunnel.established().offers().get(0));
    tunnel.use(CarrierKind.DATAGRAM);
    List<byte[]> packets = up(tunnel, 9);
    int[] number = {0};
    udp.wire().loseIf(d -> number[0]++ % 3 == 1);
    udp.send(packets);
    network.settle();
    List<byte[]> left = Stream.of(0, 2, 3, 5, 6, 8).map(packets::get).toList();
    assertThat(Packets.hash(network.takeReceived())).isEqualTo(Packets.hash(left));
  }

  @Test
  void udpComesUpAgainAfterACut() throws Exception {
    MemoryNetwork network = network();
    SessionTicket ticket = logIn(network);
    MemoryTunnel first = tunnel(network, ticket);
    if (!has(Capability.DATAGRAMS)) {
      assertThat(first.established().offers()).isEmpty();
      return;
    }
    onUdp(network, first, udp(network, first.established().offers().get(0)));
    TunnelConfig config = first.established().config();
    first.close();
    MemoryTunnel second = network.tunnel(ticket, settings(true), Optional.of(config));
    onUdp(network, second, udp(network, second.established().offers().get(0)));
  }

  // New keys.

  @Test
  void newKeysLoseNoPacket() throws Exception {
    MemoryNetwork network = open(rekeyOptions());
    SessionTicket ticket = logIn(network);
    MemoryTunnel first = tunnel(network, ticket);
    TunnelEvent.Established established = first.established();
    Optional<MemoryDatagrams> old =
        established.offers().stream().findFirst().map(o -> udp(network, o));
    old.ifPresent(u -> onUdp(network, first, u));
    for (long second = 0; second < rekeyWithin().toSeconds() && !rekeys(first); second++) {
      network.pass(Duration.ofSeconds(1));
    }
    if (!has(Capability.REKEY)) {
      assertThat(rekeys(first)).isFalse();
      return;
    }
    List<TunnelEvent.OffersChanged> changed = first.events(TunnelEvent.OffersChanged.class);
    if (changed.isEmpty()) {
      assertThat(first.events(TunnelEvent.RekeyDue.class)).as("%s", network.log()).isNotEmpty();
      List<byte[]> before = up(first, 20);
      first.send(before);
      network.settle();
      MemoryTunnel second =
          network.tunnel(ticket, settings(true), Optional.of(established.config()));
      assertThat(Packets.hash(network.takeReceived())).isEqualTo(Packets.hash(before));
      assertThat(second.established().config().ipv4()).isEqualTo(established.config().ipv4());
      assertCarriesByTls(network, second);
      first.close();
      assertCarriesByTls(network, second);
    } else {
      List<DatagramOffer> offers = changed.get(changed.size() - 1).offers();
      MemoryDatagrams udp = old.orElseThrow();
      List<byte[]> onTheWay = up(first, 20);
      udp.send(onTheWay);
      udp.replace(offers.get(0));
      network.settle();
      assertThat(Packets.hash(network.takeReceived())).isEqualTo(Packets.hash(onTheWay));
      onUdp(network, first, udp);
    }
  }

  // Faults of the gateway.

  @Test
  void eachFaultOfTheGatewayHasAnOutcome() {
    assertThat(faultNames()).isEqualTo(faults().keySet());
  }

  @TestFactory
  Stream<DynamicTest> aFaultyGateway() {
    return faults().entrySet().stream()
        .map(
            fault ->
                DynamicTest.dynamicTest(
                    fault.getKey() + ": " + fault.getValue(),
                    () -> {
                      try (MemoryNetwork network = new MemoryNetwork(protocol(), Map.of())) {
                        network.faults(fault.getKey());
                        assertThat(outcome(network))
                            .as("%s%s", fault.getKey(), network.log())
                            .isEqualTo(fault.getValue());
                      }
                    }));
  }

  /** A whole session, to its first trouble; whatever goes wrong has a message. */
  private Outcome outcome(MemoryNetwork network) throws InterruptedException {
    SessionTicket ticket;
    try {
      ticket = logIn(network);
    } catch (VpnException e) {
      assertThat(e.getMessage()).isNotBlank().doesNotContain(MemoryNetwork.PASSWORD);
      return Outcome.LOGIN_FAILS;
    }
    MemoryTunnel tunnel = tunnel(network, ticket);
    network.pass(LONG);
    boolean up = !tunnel.events(TunnelEvent.Established.class).isEmpty();
    for (TunnelEvent.Ended ended : tunnel.events(TunnelEvent.Ended.class)) {
      assertThat(ended.error().getMessage()).isNotBlank();
      return up ? Outcome.SESSION_ENDED : Outcome.SESSION_REFUSED;
    }
    boolean silent = !tunnel.events(TunnelEvent.PeerSilent.class).isEmpty();
    for (TunnelEvent.Failed failed : tunnel.events(TunnelEvent.Failed.class)) {
      assertThat(failed.error().getMessage()).isNotBlank();
      silent = true;
    }
    if (silent || tunnel.isClosed()) {
      return Outcome.TUNNEL_FAILS;
    }
    assertCarriesByTls(network, tunnel);
    return Outcome.HARMLESS;
  }

  // Words of the tests above.

  private MemoryNetwork network() {
    return open(Map.of());
  }

  private MemoryNetwork open(Map<String, String> options) {
    MemoryNetwork network = new MemoryNetwork(protocol(), options);
    opened = Optional.of(network);
    return network;
  }

  private boolean has(Capability capability) {
    return capabilities().contains(capability);
  }

  private Set<String> faultNames() {
    return protocol().gateway().orElseThrow().faults().stream()
        .map(GatewayFault::name)
        .collect(Collectors.toSet());
  }

  private SessionTicket logIn(MemoryNetwork network) throws VpnException, InterruptedException {
    return protocol().authenticate(network.user());
  }

  private MemoryTunnel tunnel(MemoryNetwork network, SessionTicket ticket) {
    return network.tunnel(ticket, settings(true), Optional.empty());
  }

  private MemoryDatagrams udp(MemoryNetwork network, DatagramOffer offer) {
    return network.datagrams(offer);
  }

  private static boolean rekeys(MemoryTunnel tunnel) {
    return !tunnel.events(TunnelEvent.RekeyDue.class).isEmpty()
        || !tunnel.events(TunnelEvent.OffersChanged.class).isEmpty();
  }

  private static TunnelSettings settings(boolean datagrams) {
    return new TunnelSettings(
        OptionalInt.empty(),
        1500,
        true,
        datagrams,
        TunnelSettings.Compression.NONE,
        Optional.empty(),
        new ClientIdentity("linux-64", Optional.empty(), Optional.empty(), "laptop"),
        OptionValues.NONE);
  }

  private static void assertRefused(MemoryTunnel tunnel) {
    List<TunnelEvent.Ended> ended = tunnel.events(TunnelEvent.Ended.class);
    assertThat(tunnel.events()).hasSize(1);
    assertThat(ended).hasSize(1);
    assertThat(ended.get(0).error().kind()).isEqualTo(Kind.SESSION_REFUSED);
    assertThat(ended.get(0).error().getMessage()).isNotBlank();
  }

  private void assertCarriesByTls(MemoryNetwork network, MemoryTunnel tunnel) {
    List<byte[]> up = up(tunnel, MANY);
    tunnel.send(up);
    network.settle();
    assertThat(Packets.hash(network.takeReceived()))
        .as("packets at the gateway%s", network.log())
        .isEqualTo(Packets.hash(up));
    List<byte[]> down = down(tunnel, MANY);
    network.sendToClients(down);
    network.settle();
    assertThat(Packets.hash(tunnel.takeReceived()))
        .as("packets at the client%s", network.log())
        .isEqualTo(Packets.hash(down));
  }

  /** Enables UDP as core does, probe first, and moves packets by it both ways. */
  private void onUdp(MemoryNetwork network, MemoryTunnel tunnel, MemoryDatagrams udp) {
    int before = udp.events(DatagramEvent.ProbeAnswered.class).size();
    udp.probe();
    assertThat(udp.events(DatagramEvent.ProbeAnswered.class))
        .as("answers by UDP%s", network.log())
        .hasSize(before + 1);
    tunnel.use(CarrierKind.DATAGRAM);
    assertThat(tunnel.events(TunnelEvent.CarrierConfirmed.class))
        .as("%s", network.log())
        .endsWith(new TunnelEvent.CarrierConfirmed(CarrierKind.DATAGRAM));
    List<byte[]> up = up(tunnel, MANY);
    udp.send(up);
    network.settle();
    assertThat(Packets.hash(network.takeReceived()))
        .as("packets at the gateway, by UDP%s", network.log())
        .isEqualTo(Packets.hash(up));
    List<byte[]> down = down(tunnel, MANY);
    network.sendToClients(down);
    network.settle();
    assertThat(Packets.hash(udp.takeReceived()))
        .as("packets at the client, by UDP%s", network.log())
        .isEqualTo(Packets.hash(down));
    assertThat(tunnel.takeReceived()).isEmpty();
  }

  private List<byte[]> up(MemoryTunnel tunnel, int count) {
    return Packets.some(count, mtu(tunnel), own(tunnel), INSIDE, seed++);
  }

  private List<byte[]> down(MemoryTunnel tunnel, int count) {
    return Packets.some(count, mtu(tunnel), INSIDE, own(tunnel), seed++);
  }

  private static int mtu(MemoryTunnel tunnel) {
    return tunnel.established().config().mtu();
  }

  private static InetAddress own(MemoryTunnel tunnel) {
    return tunnel.established().config().ipv4().orElseThrow().address();
  }

  private static InetAddress address(String text) {
    try {
      return InetAddress.getByName(text);
    } catch (UnknownHostException e) {
      return fail(text, e);
    }
  }
}

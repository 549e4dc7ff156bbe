package dev.adit.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * How long nothing comes through when a router in between loses UDP, finds it again, or gives the
 * client another port or another address. DTLS is with the real ocserv, ESP with our gateway.
 */
class GapsIT {
  enum Carrier {
    DTLS,
    ESP
  }

  private Lab lab;
  private NatRouter router;

  @BeforeEach
  void open() {
    lab = new Lab();
    router = NatRouter.between(lab);
  }

  @AfterEach
  void close() {
    lab.close();
    router.close();
  }

  @ParameterizedTest
  @EnumSource(Carrier.class)
  void udpGoesDarkAndComesBack(Carrier carrier) {
    AditProcess adit = connect(carrier);
    Pings stream = stream(carrier);
    double dark = Pings.now();
    router.dark();
    assertThat(adit.await("carrier", 3).path("kind").asText()).isEqualTo("tls");
    stream.flowOn();
    assertThat(stream.longestSilenceSince(dark)).as("UDP goes dark\n%s", adit).isLessThan(1.0);
    double light = Pings.now();
    router.light();
    assertThat(adit.await("carrier", 4).path("kind").asText()).isEqualTo("udp");
    stream.flowOn();
    assertThat(stream.longestSilenceSince(light)).as("UDP comes back\n%s", adit).isLessThan(0.1);
    end(adit);
  }

  @ParameterizedTest
  @EnumSource(Carrier.class)
  void theRouterChoosesAnotherPortAndThenAnotherAddress(Carrier carrier) {
    AditProcess adit = connect(carrier);
    Pings stream = stream(carrier);
    double port = Pings.now();
    router.changePort();
    stream.flow(Duration.ofSeconds(2));
    assertThat(stream.longestSilenceSince(port)).as("another port\n%s", adit).isLessThan(1.5);
    double address = Pings.now();
    router.changeAddress();
    stream.flow(Duration.ofSeconds(2));
    stream.flowOn();
    assertThat(stream.longestSilenceSince(address)).as("another address\n%s", adit).isLessThan(1.5);
    Lab.await("UDP is used again\n" + adit, Duration.ofSeconds(20), () -> isByUdp(adit));
    end(adit);
  }

  private Pings stream(Carrier carrier) {
    return Pings.start(lab, carrier == Carrier.DTLS ? "10.99.0.1" : Gateway.INNER);
  }

  private AditProcess connect(Carrier carrier) {
    AditProcess adit =
        switch (carrier) {
          case DTLS ->
              new Ocserv(lab).withPassword().with("route = 10.99.0.0/255.255.0.0").start().client();
          case ESP ->
              Gateway.start(lab, "juniper")
                  .client("--protocol=juniper", "--ipsec=userspace", "--interface=vpn0");
        };
    assertThat(adit.await("carrier", 2).path("kind").asText()).isEqualTo("udp");
    return adit;
  }

  private static boolean isByUdp(AditProcess adit) {
    List<JsonNode> events = adit.events();
    return events.get(events.size() - 1).path("kind").asText().equals("udp");
  }

  private static void end(AditProcess adit) {
    adit.signal("TERM");
    assertThat(adit.exitCode()).isZero();
  }
}

package dev.adit.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The client's network changes under a session with the real ocserv. */
class RoamingIT {
  private static final String INNER_SERVER = "10.99.0.1";

  /** Reached by a route, as gateways are. */
  private static final String GATEWAY = "203.0.113.1";

  private static final String SECOND_CLIENT = "198.51.100.2";
  private static final String SECOND_SERVER = "198.51.100.1";

  private Lab lab;
  private String first;
  private String second;

  /** Two links to the server, of which the second is the worse one. */
  @BeforeEach
  void open() throws IOException {
    lab = new Lab();
    first = lab.clientLink();
    second = lab.clientLink() + "2";
    String far = lab.serverLink() + "2";
    lab.client(
        "ip",
        "link",
        "add",
        second,
        "type",
        "veth",
        "peer",
        "name",
        far,
        "netns",
        lab.serverName());
    lab.client("ip", "addr", "add", SECOND_CLIENT + "/24", "dev", second);
    lab.server("ip", "addr", "add", SECOND_SERVER + "/24", "dev", far);
    lab.client("ip", "link", "set", second, "up");
    lab.server("ip", "link", "set", far, "up");
    lab.server("ip", "addr", "add", GATEWAY + "/32", "dev", "lo");
    lab.client("ip", "route", "add", "default", "via", SECOND_SERVER, "metric", "500");
    Files.writeString(
        Path.of("/etc/netns", lab.clientName(), "hosts"),
        "127.0.0.1 localhost\n" + GATEWAY + " vpn.test\n");
  }

  @AfterEach
  void close() {
    lab.close();
  }

  @Test
  void anotherLinkWhenTheFirstGoesDown() {
    AditProcess adit = connect();
    Pings stream = Pings.start(lab, INNER_SERVER);
    double event = Pings.now();
    lab.client("ip", "link", "set", first, "down");
    followed(adit, stream, event, second);
  }

  @Test
  void anotherLinkWhenTheFirstLosesItsCarrier() {
    AditProcess adit = connect();
    Pings stream = Pings.start(lab, INNER_SERVER);
    double event = Pings.now();
    lab.server("ip", "link", "set", lab.serverLink(), "down");
    followed(adit, stream, event, second);
  }

  @Test
  void theDefaultRouteMoves() {
    AditProcess adit = connect();
    Pings stream = Pings.start(lab, INNER_SERVER);
    double event = Pings.now();
    lab.client("ip", "route", "add", "default", "via", SECOND_SERVER, "metric", "1");
    lab.client("ip", "route", "del", "default", "via", Lab.SERVER);
    followed(adit, stream, event, second);
  }

  @Test
  void aNewAddressOnTheSameLink() {
    lab.client("ip", "route", "del", "default", "metric", "500");
    AditProcess adit = connect();
    Pings stream = Pings.start(lab, INNER_SERVER);
    lab.client("ip", "addr", "del", Lab.CLIENT + "/24", "dev", first);
    stream.flow(Duration.ofSeconds(2));
    double event = Pings.now();
    lab.client("ip", "addr", "add", "192.0.2.77/24", "dev", first);
    lab.client("ip", "route", "add", "default", "via", Lab.SERVER);
    followed(adit, stream, event, "192.0.2");
  }

  /** What a name server says in one network and in another, with the old address unreachable. */
  @Test
  void theNameIsAnotherAddressInTheOtherNetwork() throws IOException {
    String moved = "203.0.113.2";
    AditProcess adit = connect();
    Pings stream = Pings.start(lab, INNER_SERVER);
    lab.server("ip", "addr", "add", moved + "/32", "dev", "lo");
    lab.server("ip", "addr", "del", GATEWAY + "/32", "dev", "lo");
    Files.writeString(
        Path.of("/etc/netns", lab.clientName(), "hosts"),
        "127.0.0.1 localhost\n" + moved + " vpn.test\n");
    double event = Pings.now();
    lab.client("ip", "link", "set", first, "down");
    assertThat(adit.await("connected", 2).path("gateway").asText()).isEqualTo(moved);
    stream.flowOn();
    assertThat(stream.silenceEndsAfter(event)).as("new path in time\n%s", adit).isLessThan(1.0);
    end(adit);
  }

  @Test
  void whatConcernsNobodyChangesNothing() {
    AditProcess adit = connect();
    Pings stream = Pings.start(lab, INNER_SERVER);
    for (int i = 0; i < 30; i++) {
      lab.client("ip", "addr", "add", "10.77.0." + (i + 1) + "/32", "dev", second);
      lab.client("ip", "route", "add", "10.78." + i + ".0/24", "via", SECOND_SERVER);
    }
    stream.flowOn();
    assertThat(adit.count("reconnecting")).isZero();
    assertThat(stream.longestSilence()).isLessThan(0.5);
    end(adit);
  }

  private AditProcess connect() {
    AditProcess adit = new Ocserv(lab).withPassword().start().client();
    adit.await("carrier", 2);
    return adit;
  }

  private void followed(AditProcess adit, Pings stream, double event, String by) {
    assertThat(adit.await("reconnecting", 1).path("reason").asText())
        .containsAnyOf("the way to the gateway", "this host's address");
    adit.await("connected", 2);
    stream.flowOn();
    assertThat(stream.silenceEndsAfter(event)).as("new path in time\n%s", adit).isLessThan(1.0);
    assertThat(lab.client("ip", "route", "get", GATEWAY)).contains(by);
    end(adit);
  }

  private static void end(AditProcess adit) {
    adit.signal("TERM");
    assertThat(adit.exitCode()).isZero();
  }
}

package dev.adit.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A lab with our Juniper gateway and clients whose ESP the kernel performs, for all tests of a
 * class: to an emulator each start of a program is dear. Of a failure in a guest nothing else is
 * left than what the exception says: it says what the clients said, and what the kernel dropped.
 */
final class KernelLab implements BeforeAllCallback, AfterTestExecutionCallback, AfterAllCallback {
  static final String IN_KERNEL = inKernel("redirect");

  /**
   * Seconds: twice what userspace is held to on a real machine, since here a round trip takes a
   * tenth of a second, by which all waits stretch, and the emulator its time.
   */
  private static final double SILENCE = 2.0;

  @SuppressWarnings("NullAway.Init")
  private Lab lab;

  @SuppressWarnings("NullAway.Init")
  private HostedGateway gateway;

  private String server = Lab.SERVER;

  private final List<AditProcess> clients = new ArrayList<>();

  @Override
  public void beforeAll(ExtensionContext tests) {
    lab = new Lab();
  }

  @Override
  public void afterTestExecution(ExtensionContext test) {
    test.getExecutionException().ifPresent(e -> e.addSuppressed(new AssertionError(diagnosis())));
  }

  @Override
  public void afterAll(ExtensionContext tests) {
    gateway.close();
    lab.close();
    clients.clear();
  }

  /** A carrier as the user sees it, by its way into the kernel. */
  static String inKernel(String way) {
    return "ESP in the kernel (" + way + ")";
  }

  Lab lab() {
    return lab;
  }

  HostedGateway gateway() {
    return gateway;
  }

  /** A gateway with these options, NAME=VALUE. */
  void gateway(String... options) {
    gatewayAt(Lab.SERVER, options);
  }

  /** The same with an address of its own. */
  void gatewayAt(String address, String... options) {
    Map<String, String> named = new TreeMap<>();
    for (String option : options) {
      int equals = option.indexOf('=');
      named.put(option.substring(0, equals), option.substring(equals + 1));
    }
    server = address;
    gateway = HostedGateway.start(lab, address, "juniper", named);
  }

  /** One whose ESP is in the kernel. */
  AditProcess client(String device, String... arguments) {
    AditProcess client = start(device, arguments);
    awaitKernel(client);
    assertThat(lab.client("tc", "filter", "show", "dev", device, "egress")).contains("mirred");
    return client;
  }

  /** One that is connected. */
  AditProcess start(String device, String... arguments) {
    AditProcess client = launch(device, arguments);
    client.await("connected", 1);
    return client;
  }

  AditProcess launch(String device, String... arguments) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "--protocol=nc",
                "--user=" + Gateway.USER,
                "--passwd-on-stdin",
                "--servercert=" + gateway.pin(),
                "--verbose",
                "--interface=" + device));
    all.addAll(List.of(arguments));
    all.add(server.contains(":") ? "[" + server + "]" : server);
    AditProcess client =
        AditProcess.start(lab, Gateway.PASSWORD + "\n", all.toArray(new String[0]));
    clients.add(client);
    return client;
  }

  void awaitKernel(AditProcess client) {
    awaitCarrier(client, IN_KERNEL);
  }

  void awaitCarrier(AditProcess client, String carrier) {
    Lab.await(
        carrier + ": " + client, Duration.ofSeconds(30), () -> carrier(client).equals(carrier));
  }

  static String carrier(AditProcess client) {
    return client.order("status").path("carrier").asText();
  }

  static void leave(AditProcess client) {
    client.signal("TERM");
    assertThat(client.exitCode()).isZero();
  }

  void assertNothingLeft() {
    assertThat(lab.client("ip", "xfrm", "state")).isBlank();
    assertThat(lab.client("ip", "xfrm", "policy")).isBlank();
    assertThat(lab.client("ip", "-o", "link")).doesNotContain("adx");
  }

  void ping(int count) {
    assertThat(lab.client("ping", "-q", "-c" + count, "-i0.1", "-W2", "-s1200", Gateway.INNER))
        .contains(", 0% packet loss");
  }

  boolean isAnswered(String address) {
    return lab.isAnswered(address);
  }

  /**
   * UDP goes dark under fifty packets a second, and comes back under as many as there can be: of
   * those none is lost, from TLS by way of the client's process to the kernel. Nobody asks the
   * client anything meanwhile: the emulator has one processor for all.
   *
   * @param more what else is to happen before the packets are counted
   */
  void assertFallsBackAndReturns(
      AditProcess client, Runnable darken, Runnable lighten, Runnable more) {
    String carrier = carrier(client);
    NumberedStream stream;
    try {
      try (Pings pings = Pings.start(lab, Gateway.INNER)) {
        double dark = Pings.now();
        darken.run();
        pings.flow(Duration.ofSeconds(3));
        assertOnTls(client);
        assertThat(pings.longestSilenceSince(dark)).as("dark\n%s", client).isLessThan(SILENCE);
      }
      stream = NumberedStream.start(lab, Gateway.INNER);
    } finally {
      lighten.run();
    }
    awaitCarrier(client, carrier);
    more.run();
    NumberedStream.Count count = stream.end();
    assertThat(count.back())
        .as(() -> count + "\n" + client + client.order("status") + lab.drops())
        .isEqualTo(count.sent());
    assertThat(count.twice()).isZero();
  }

  private void assertOnTls(AditProcess client) {
    String device = client.await("connected", 1).path("device").asText();
    assertThat(carrier(client)).as("dark\n%s", client).isEqualTo("TLS");
    assertThat(lab.client("tc", "filter", "show", "dev", device, "egress")).isBlank();
    assertThat(lab.client("ip", "xfrm", "policy")).doesNotContain("src 198.18.0.");
  }

  /** Both ways, one after the other. */
  void transfer(int kilobytes) {
    for (boolean toClient : new boolean[] {true, false}) {
      HashedTransfer transfer = HashedTransfer.run(lab, Gateway.INNER, kilobytes, toClient);
      assertThat(transfer.received()).isEqualTo(transfer.sent());
    }
  }

  private String diagnosis() {
    StringBuilder said = new StringBuilder();
    clients.forEach(said::append);
    return said
        + lab.client("cat", "/proc/net/xfrm_stat").replaceAll("(?m)^.*\\s0\n", "")
        + lab.client("ip", "-s", "xfrm", "state").replaceAll("0x[0-9a-f]{16,}", "(key)")
        + lab.client("ip", "-s", "xfrm", "policy");
  }
}

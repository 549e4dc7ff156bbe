package dev.adit.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The Juniper gateway with our client and with openconnect's, side by side: over TLS and by ESP.
 * What goes by ESP goes while TCP is dropped, and is counted on the wire. ESP is our own, whatever
 * the kernel can do.
 */
final class JuniperEspIT {
  enum Client {
    ADIT,
    OPENCONNECT
  }

  private static final String COUNT =
      "add table inet wire; add chain inet wire i { type filter hook input priority -10; };"
          + " add chain inet wire o { type filter hook output priority -10; };"
          + " add rule inet wire i tcp dport 443 counter;"
          + " add rule inet wire i udp dport 443 counter;"
          + " add rule inet wire o tcp sport 443 counter;"
          + " add rule inet wire o udp sport 443 counter;"
          // The inner address is the server's too: it must not answer but through the tunnel.
          + " add rule inet wire i iifname %s ip daddr 198.18.0.0/16 drop;";
  private static final String DROP =
      "add table inet dark; add chain inet dark i { type filter hook input priority 0; };"
          + " add chain inet dark o { type filter hook output priority 0; };"
          + " add rule inet dark i %1$s dport 443 drop;"
          + " add rule inet dark o %1$s sport 443 drop;";

  private Lab lab;

  /** Made by each test with options of its own. */
  @SuppressWarnings("NullAway.Init")
  private Gateway gateway;

  private String server = Lab.SERVER;
  private Optional<AditProcess> adit = Optional.empty();
  private Optional<Process> openconnect = Optional.empty();

  @BeforeEach
  void open() {
    lab = new Lab();
    lab.server("nft", COUNT.formatted(lab.serverLink()));
  }

  @AfterEach
  void close() {
    lab.close();
  }

  @ParameterizedTest
  @CsvSource({
    "ADIT, aes128-sha1",
    "OPENCONNECT, aes128-sha1",
    "ADIT, aes128-md5",
    "OPENCONNECT, aes128-md5",
    "ADIT, aes256-sha1",
    "OPENCONNECT, aes256-sha1",
    "ADIT, aes256-md5",
    "OPENCONNECT, aes256-md5",
    "ADIT, aes128-sha256",
    "ADIT, aes256-sha256"
  })
  @Execution(ExecutionMode.CONCURRENT)
  void carriesDataByEsp(Client client, String suite) {
    connect(client, "esp=" + suite);
    gateway.await("esp-on", 1);
    lab.server("nft", DROP.formatted("tcp"));
    long before = onTheWire("udp");
    ping();
    transfer(200);
    assertThat(onTheWire("udp") - before).isGreaterThan(400_000_000);
    lab.server("nft", "delete table inet dark");
    leave(client);
  }

  @ParameterizedTest
  @EnumSource(Client.class)
  @Execution(ExecutionMode.CONCURRENT)
  void carriesDataOverTlsWhereThereIsNoEsp(Client client) {
    connect(client, "esp=none");
    ping();
    transfer(200);
    assertThat(onTheWire("tcp")).isGreaterThan(400_000_000);
    assertThat(onTheWire("udp")).isZero();
    leave(client);
  }

  /** The rows that openconnect's Juniper refuses: it knows MD5 and SHA1 there. */
  @ParameterizedTest
  @ValueSource(strings = {"aes128-sha256", "aes256-sha256"})
  @Execution(ExecutionMode.CONCURRENT)
  void openconnectStaysOnTlsWhereItDoesNotKnowTheSuite(String suite) {
    connect(Client.OPENCONNECT, "esp=" + suite);
    ping();
    transfer(1);
    assertThat(gateway.count("esp-on")).isZero();
    leave(Client.OPENCONNECT);
  }

  @ParameterizedTest
  @EnumSource(Client.class)
  void rekeysUnderTraffic(Client client) throws Exception {
    connect(client, "esp=aes256-sha1", "rekey-seconds=1");
    gateway.await("esp-on", 1);
    long before = onTheWire("tcp");
    Path pings = lab.directory().resolve("pings");
    Process stream =
        lab.start(pings, lab.inClient("ping", "-q", "-i", "0.01", "-c", "500", Gateway.INNER));
    transfer(50);
    stream.waitFor();
    assertThat(gateway.count("esp-keys")).isGreaterThan(4);
    // None is lost with our client; openconnect lets 32 packets with the old keys in.
    String summary = Files.readString(pings);
    assertThat(summary).containsPattern(client == Client.ADIT ? ", 0% packet loss" : "received");
    assertThat(onTheWire("tcp") - before).isLessThan(1_000_000);
    leave(client);
  }

  @ParameterizedTest
  @EnumSource(Client.class)
  @Execution(ExecutionMode.CONCURRENT)
  void survivesThatUdpIsBlockedAndComesBack(Client client) {
    connect(client, "esp=aes128-sha1", "fallback-seconds=4");
    gateway.await("esp-on", 1);
    ping();
    lab.server("nft", DROP.formatted("udp"));
    // Openconnect notices after twice the fallback time, and asks again after a minute.
    gateway.await("esp-off", 1, Duration.ofSeconds(30));
    ping();
    lab.server("nft", "delete table inet dark");
    gateway.await("esp-on", 2, Duration.ofSeconds(80));
    lab.server("nft", DROP.formatted("tcp"));
    ping();
    lab.server("nft", "delete table inet dark");
    leave(client);
  }

  @ParameterizedTest
  @EnumSource(Client.class)
  void takesCompressedPackets(Client client) {
    connect(client, "esp=aes128-sha1", "lzo=true");
    gateway.await("esp-on", 1);
    lab.server("nft", DROP.formatted("tcp"));
    long before = onTheWire("udp");
    Transfer text = Transfer.ofText(lab, Gateway.INNER, 20, true);
    assertThat(text.received()).isEqualTo(text.sent());
    assertThat(onTheWire("udp") - before).isLessThan(10_000_000);
    transfer(5);
    lab.server("nft", "delete table inet dark");
    leave(client);
  }

  @ParameterizedTest
  @CsvSource({"ADIT, joined", "OPENCONNECT, joined", "ADIT, awkward"})
  void followsRecordsWhateverTheirCuts(Client client, String cuts) {
    connect(client, "esp=none", "records=" + cuts);
    ping();
    transfer(10);
    leave(client);
  }

  @Test
  void followsAwkwardRecordsThroughRekeysOfEsp() {
    connect(Client.ADIT, "records=awkward", "rekey-seconds=1");
    gateway.await("esp-on", 1);
    gateway.await("esp-keys", 4);
    ping();
    leave(Client.ADIT);
  }

  @Test
  void repeatedDatagramsArriveOnce() {
    connect(Client.ADIT);
    gateway.await("esp-on", 1);
    gateway.faults("esp-replay");
    assertThat(ping()).doesNotContain("duplicates");
    assertThat(adit("status", "--json"))
        .contains("\"carrier\":\"ESP (AES-128, SHA1)\"", "\"packets_lost\":0")
        .containsPattern("\"packets_refused\":[1-9]");
    leave(Client.ADIT);
  }

  @Test
  void startsEspAgainAfterTlsWasCut() {
    connect(Client.ADIT);
    gateway.await("esp-on", 1);
    gateway.faults("cut");
    gateway.faults();
    gateway.await("esp-on", 2);
    ping();
    leave(Client.ADIT);
  }

  /** 1400 - 28 - 24 - 12 bytes are 83 whole blocks, two bytes of which are no packet. */
  @Test
  void fitsIntoANarrowPath() {
    lab.client("ip", "link", "set", lab.clientLink(), "mtu", "1400");
    connect(Client.ADIT);
    gateway.await("esp-on", 1);
    assertThat(adit.orElseThrow().await("mtu", 1).path("new").asInt()).isEqualTo(83 * 16 - 2);
    lab.client("ping", "-c3", "-i0.2", "-W2", "-M", "do", "-s" + (83 * 16 - 30), Gateway.INNER);
    leave(Client.ADIT);
  }

  @Test
  void believesTheUserOnThePath() {
    start();
    run(Client.ADIT, "--base-mtu=1400");
    assertThat(adit.orElseThrow().await("connected", 1).path("mtu").asInt()).isEqualTo(83 * 16 - 2);
    leave(Client.ADIT);
  }

  @Test
  void goesOverIpv6Outside() {
    gateway = Gateway.start(lab, "juniper", "--listen=" + Lab.SERVER_6);
    server = "[" + Lab.SERVER_6 + "]";
    run(Client.ADIT);
    gateway.await("esp-on", 1);
    lab.server("nft", DROP.formatted("tcp"));
    ping();
    lab.server("nft", "delete table inet dark");
    leave(Client.ADIT);
  }

  @ParameterizedTest
  @CsvSource({
    "esp-unknown-cipher, ESP cipher (8/1): expected 2 (AES-128) or 5 (AES-256)",
    "esp-zero-spi, SPI (7/1)",
    "esp-no-answer, no answer to 6 ESP probes",
    "esp-bad-icv, no answer to 6 ESP probes"
  })
  @Execution(ExecutionMode.CONCURRENT)
  void staysOnTlsAndSaysWhy(String fault, String reason) {
    start();
    gateway.faults(fault);
    run(Client.ADIT);
    ping();
    Lab.await(
        "the reason: " + adit("status"),
        Duration.ofSeconds(15),
        () -> adit("status", "--json").contains(reason));
    ping();
    leave(Client.ADIT);
  }

  @Test
  void leavesEspWhoseProbesAloneAreOfUse() {
    start();
    gateway.faults("esp-bad-data");
    run(Client.ADIT);
    lab.start(
        lab.directory().resolve("pings"), lab.inClient("ping", "-i0.1", "-c300", Gateway.INNER));
    Lab.await(
        "the reason: " + adit("status"),
        Duration.ofSeconds(15),
        () -> adit("status", "--json").contains("8 ESP packets in a row that are not authentic"));
    ping();
    leave(Client.ADIT);
  }

  @Test
  void espIsSwitchedOffWithDtls() {
    start();
    run(Client.ADIT, "--no-dtls");
    ping();
    assertThat(adit("status", "--json")).contains("switched off (--no-dtls)");
    assertThat(gateway.count("esp-keys")).isZero();
    assertThat(onTheWire("udp")).isZero();
    leave(Client.ADIT);
  }

  /** Whatever this machine's kernel can do; of what it cannot an ordinary user hears nothing. */
  @Test
  void whyEspIsNotInTheKernelIsInTheStatusAndNotInTheLog() {
    start("lzo=true");
    run(Client.ADIT, "--ipsec=auto");
    gateway.await("esp-on", 1);
    Lab.await(
        "the reason",
        Duration.ofSeconds(15),
        () -> adit("status", "--json").contains("ESP stays in userspace: the server compresses"));
    assertThat(adit.orElseThrow().log()).doesNotContain("ESP stays");
    leave(Client.ADIT);
  }

  private void connect(Client client, String... options) {
    start(options);
    run(client);
  }

  private void start(String... options) {
    List<String> arguments = new ArrayList<>(List.of("juniper"));
    for (String option : options) {
      arguments.add("--option=" + option);
    }
    gateway = Gateway.start(lab, arguments.toArray(new String[0]));
  }

  private void run(Client client, String... arguments) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "--protocol=nc",
                "--user=" + Gateway.USER,
                "--servercert=" + gateway.pin(),
                "--interface=vpn0"));
    all.addAll(List.of(arguments));
    if (client == Client.ADIT) {
      if (all.stream().noneMatch(argument -> argument.startsWith("--ipsec"))) {
        all.add("--ipsec=userspace");
      }
      all.addAll(List.of("--passwd-on-stdin", server));
      AditProcess started =
          AditProcess.start(lab, Gateway.PASSWORD + "\n", all.toArray(new String[0]));
      started.await("connected", 1);
      adit = Optional.of(started);
    } else {
      all.add(server);
      openconnect =
          Optional.of(Openconnect.start(lab, Gateway.PASSWORD, all.toArray(new String[0])));
    }
    Lab.await(
        "an answer through the tunnel\n"
            + (client == Client.ADIT ? adit.orElseThrow() : Openconnect.log(lab)),
        Duration.ofSeconds(20),
        () ->
            Command.run(
                        Duration.ofSeconds(5),
                        "",
                        lab.inClient("ping", "-c1", "-W1", Gateway.INNER))
                    .exitCode()
                == 0);
  }

  private void leave(Client client) {
    if (client == Client.ADIT) {
      adit.orElseThrow().signal("TERM");
      assertThat(adit.orElseThrow().exitCode()).isZero();
    } else {
      openconnect.orElseThrow().destroy();
    }
    gateway.await("logout", 1);
  }

  private String ping() {
    return lab.client("ping", "-c5", "-i0.2", "-W2", "-s1300", Gateway.INNER);
  }

  /** Both ways, one after the other. */
  private void transfer(int megabytes) {
    Transfer down = Transfer.toClient(lab, Gateway.INNER, megabytes);
    assertThat(down.received()).isEqualTo(down.sent());
    Transfer up = Transfer.toServer(lab, Gateway.INNER, megabytes);
    assertThat(up.received()).isEqualTo(up.sent());
  }

  private String adit(String... order) {
    return AditProcess.run(lab, "", order).ok();
  }

  /** Bytes at the gateway's port so far, both ways. */
  private long onTheWire(String protocol) {
    String rules = lab.server("nft", "list", "table", "inet", "wire");
    Matcher counters =
        Pattern.compile(protocol + " [ds]port 443 counter packets \\d+ bytes (\\d+)")
            .matcher(rules);
    long bytes = 0;
    while (counters.find()) {
      bytes += Long.parseLong(counters.group(1));
    }
    return bytes;
  }
}

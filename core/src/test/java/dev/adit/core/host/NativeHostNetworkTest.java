package dev.adit.core.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.api.error.PeerViolationException;
import dev.adit.api.error.VpnException;
import dev.adit.api.tunnel.IpPrefix;
import dev.adit.api.tunnel.TunnelConfig;
import dev.adit.core.host.HostWanted.Ipv6Policy;
import dev.adit.core.sys.Errno;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever fails and whenever: afterwards the host is as it was found. */
class NativeHostNetworkTest {
  private static final int WIRE = 2;
  private static final int OTHER_WIRE = 3;
  private static final int TUN = 7;
  private static final String RESOLV = "# mine\nnameserver 192.0.2.53\n";
  private static final String WAY_1 = "cb007105/32 via c0a80101 dev 2";
  private static final String WAY_2 = "cb007105/32 via c0a80201 dev 3";

  @TempDir Path directory;
  private Path run;
  private Path resolv;
  private FakeKernel kernel;

  @BeforeEach
  void host() throws IOException {
    run = directory.resolve("run");
    resolv = Files.writeString(directory.resolve("resolv.conf"), RESOLV);
    kernel = freshKernel();
  }

  @Test
  void everythingIsMadeAndEverythingIsUndone() throws Exception {
    String before = kernel.state();
    NativeHostNetwork host = host(kernel);
    host.apply(wanted(full("10.9.0.53")));
    assertThat(kernel.has(WAY_1)).isTrue();
    assertThat(kernel.has("00000000/1 dev 7")).isTrue();
    assertThat(kernel.has("unreachable 80000000000000000000000000000000/1 dev 1")).isTrue();
    assertThat(Files.readString(resolv)).contains("nameserver 10.9.0.53").contains("search corp");
    host.close();
    assertAsFound(before);
  }

  @ParameterizedTest
  @EnumSource(
      value = Errno.class,
      names = {"EPERM", "ENOMEM", "EINVAL", "EEXIST", "ENODEV"})
  void whicheverChangeFailsAllBeforeItAreUndone(Errno errno) throws Exception {
    String before = kernel.state();
    int failed = 0;
    for (int nth = 1; nth <= 30; nth++) {
      kernel = freshKernel();
      kernel.failAt(nth, errno);
      NativeHostNetwork host = host(kernel);
      try {
        host.apply(wanted(full("10.9.0.53")));
      } catch (VpnException e) {
        failed++;
        assertThat(e).hasMessageContaining("ip ").hasMessageContaining(errno.words());
        assertAsFound(before);
      }
      // What is borne is undone at the end; undoing twice does no harm.
      kernel.failAt(-1, errno);
      host.close();
      assertAsFound(before);
    }
    if (errno == Errno.EPERM) {
      assertThat(failed).isGreaterThan(5);
    }
  }

  @Test
  void whicheverChangeOfADifferenceFailsAllAreUndone() throws Exception {
    String before = kernel.state();
    for (int nth = 1; nth <= 30; nth++) {
      kernel = freshKernel();
      NativeHostNetwork host = host(kernel);
      host.apply(wanted(full("10.9.0.53")));
      kernel.failAt(kernel.changes() + nth, Errno.EPERM);
      try {
        host.apply(wanted(split("10.8.0.53", "10.0.0.0/8", "172.16.0.0/12")));
      } catch (VpnException e) {
        assertAsFound(before);
      }
      kernel.failAt(-1, Errno.EPERM);
      host.close();
      assertAsFound(before);
    }
  }

  @Test
  void theJournalKnowsEachChangeThatOutlivesTheDeviceBeforeItIsMade() throws Exception {
    NativeHostNetwork host = host(kernel);
    List<Integer> lines = new ArrayList<>();
    kernel.beforeChange(() -> lines.add(journalLines()));
    host.apply(wanted(full("10.9.0.53")));
    // Way to the gateway, link, address, excluded network, two blocked halves, two routes.
    assertThat(lines).containsExactly(1, 1, 1, 2, 3, 4, 4, 4);
    host.close();
  }

  @Test
  void whatAKilledProcessLeftIsUndoneFromItsJournal() throws Exception {
    String before = kernel.state();
    host(kernel).apply(wanted(full("10.9.0.53")));
    // Killed: nothing is closed, and the device is gone with what was on it.
    kernel.lose(TUN);
    Path abandoned = Files.move(journalFile(), run.resolve("999999-1.journal"));
    assertThat(NativeHostNetwork.recover(List.of(abandoned), kernel, none())).isEqualTo(1);
    assertThat(kernel.state().lines().findFirst()).isEqualTo(before.lines().findFirst());
    assertThat(Files.readString(resolv)).isEqualTo(RESOLV);
    assertThat(run).isEmptyDirectory();
  }

  @Test
  void oneLineThatCannotBeUndoneDoesNotKeepTheOthersFromIt() throws Exception {
    host(kernel).apply(wanted(full("10.9.0.53")));
    Path file = journalFile();
    Path abandoned = Files.move(file, run.resolve("999999-1.journal"));
    Files.writeString(abandoned, Files.readString(abandoned) + "netlink 00\nnonsense\n");
    kernel.failAt(kernel.changes() + 1, Errno.EINVAL);
    NativeHostNetwork.recover(List.of(abandoned), kernel, none());
    assertThat(kernel.has(WAY_1)).isFalse();
    assertThat(Files.readString(resolv)).isEqualTo(RESOLV);
    assertThat(run).isEmptyDirectory();
  }

  @Test
  void anUnreachableRouteOfTheUsersStaysAtTheEnd() throws Exception {
    kernel.haveUnreachable("::/1");
    String before = kernel.state();
    NativeHostNetwork host = host(kernel);
    host.apply(wanted(full("10.9.0.53")));
    assertThat(kernel.has("unreachable 80000000000000000000000000000000/1 dev 1")).isTrue();
    host.close();
    assertAsFound(before);
  }

  @Test
  void anUnreachableRouteOfTheUsersStaysAfterAKillToo() throws Exception {
    kernel.haveUnreachable("::/1");
    host(kernel).apply(wanted(full("10.9.0.53")));
    Path abandoned = Files.move(journalFile(), run.resolve("999999-1.journal"));
    NativeHostNetwork.recover(List.of(abandoned), kernel, none());
    assertThat(kernel.has("unreachable 00000000000000000000000000000000/1 dev 1")).isTrue();
    assertThat(kernel.has("unreachable 80000000000000000000000000000000/1 dev 1")).isFalse();
  }

  @Test
  void aRouteOfTheUsersForATunnelsNetworkStays() throws Exception {
    kernel.have("172.16.0.0/12", WIRE, "192.168.1.9");
    String before = kernel.state();
    NativeHostNetwork host = host(kernel);
    host.apply(wanted(split("10.8.0.53", "10.0.0.0/8", "172.16.0.0/12", "198.18.0.0/15")));
    assertThat(kernel.has("0a000000/8 dev 7")).isTrue();
    assertThat(kernel.has("c6120000/15 dev 7")).isTrue();
    assertThat(kernel.has("ac100000/12 via c0a80109 dev 2")).isTrue();
    // All that is ours is known as ours: a smaller configuration takes it away.
    host.apply(wanted(split("10.8.0.53", "10.0.0.0/8")));
    assertThat(kernel.has("c6120000/15 dev 7")).isFalse();
    assertThat(kernel.has("ac100000/12 via c0a80109 dev 2")).isTrue();
    host.close();
    assertAsFound(before);
  }

  @Test
  void theWayToTheGatewayFollowsTheHostToAnotherLink() throws Exception {
    NativeHostNetwork host = host(kernel);
    host.apply(wanted(full("10.9.0.53")));
    assertThat(kernel.has(WAY_1)).isTrue();
    // The first link stays up: its host route is still there when the second takes over.
    kernel.have("0.0.0.0/0", OTHER_WIRE, "192.168.2.1");
    host.beforeReconnect(address("203.0.113.5"));
    assertThat(kernel.has(WAY_2)).isTrue();
    String after = kernel.state();
    host.close();
    assertThat(after).contains("via c0a80201");
    assertThat(kernel.has(WAY_1) || kernel.has(WAY_2)).isFalse();
  }

  @Test
  void aGatewayAtAnotherAddressStaysOutsideTheTunnelToo() throws Exception {
    NativeHostNetwork host = host(kernel);
    String before = kernel.state();
    host.apply(wanted(full("10.9.0.53")));
    assertThat(kernel.has(WAY_1)).isTrue();
    host.beforeReconnect(address("203.0.113.9"));
    assertThat(kernel.has(WAY_1)).as("the old one").isFalse();
    assertThat(kernel.state()).contains("cb007109");
    host.beforeReconnect(address("203.0.113.5"));
    assertThat(kernel.has(WAY_1)).as("it was there after all").isTrue();
    host.close();
    assertThat(kernel.state()).isEqualTo(before);
  }

  @Test
  void theWayToTheGatewayComesBackWithItsLink() throws Exception {
    NativeHostNetwork host = host(kernel);
    host.apply(wanted(full("10.9.0.53")));
    kernel.lose(WIRE);
    host.beforeReconnect(address("203.0.113.5"));
    kernel.have("0.0.0.0/0", WIRE, "192.168.1.1");
    kernel.have("192.168.1.0/24", WIRE, "");
    host.beforeReconnect(address("203.0.113.5"));
    assertThat(kernel.has(WAY_1)).as(kernel.state()).isTrue();
  }

  @Test
  void theWayToTheGatewayComesBackThoughNobodySawItGo() throws Exception {
    NativeHostNetwork host = host(kernel);
    host.apply(wanted(full("10.9.0.53")));
    kernel.lose(WIRE);
    kernel.have("0.0.0.0/0", WIRE, "192.168.1.1");
    kernel.have("192.168.1.0/24", WIRE, "");
    host.beforeReconnect(address("203.0.113.5"));
    assertThat(kernel.has(WAY_1)).as(kernel.state()).isTrue();
  }

  @Test
  void aFileOfNameServersThatWasNotThereIsNotThereAfterwards() throws Exception {
    Files.delete(resolv);
    NativeHostNetwork host = host(kernel);
    host.apply(wanted(full("10.9.0.53")));
    assertThat(Files.readString(resolv)).contains("10.9.0.53");
    host.close();
    assertThat(resolv).doesNotExist();
    assertThat(run).isEmptyDirectory();
  }

  @Test
  void aFileOfNameServersThatCannotBeWrittenIsSaidAndTheTunnelGoesOn() throws Exception {
    String before = kernel.state();
    // Not even root writes there.
    Path nowhere = Path.of("/proc/version");
    NativeHostNetwork host = new NativeHostNetwork(run, nowhere, kernel, none());
    host.apply(wanted(full("10.9.0.53")));
    assertThat(kernel.has(WAY_1)).isTrue();
    assertThat(journalLines()).as("nothing to undo in the file").isEqualTo(4);
    host.close();
    assertThat(kernel.state()).isEqualTo(before);
    assertThat(run).isEmptyDirectory();
  }

  @Test
  void theFileOfNameServersComesBackEvenIfItsPlaceWasGoneForAWhile() throws Exception {
    Path etc = Files.createDirectory(directory.resolve("etc"));
    Path file = Files.writeString(etc.resolve("resolv.conf"), RESOLV);
    NativeHostNetwork host = new NativeHostNetwork(run, file, kernel, none());
    host.apply(wanted(full("10.9.0.53")));
    Path away = Files.move(etc, directory.resolve("away"));
    host.close();
    // The only copy of the file is in the journal, which is kept.
    Path kept = journalFile();
    Files.move(away, etc);
    NativeHostNetwork.recover(List.of(kept), kernel, none());
    assertThat(Files.readString(file)).isEqualTo(RESOLV);
    assertThat(run).isEmptyDirectory();
  }

  @Test
  void withoutAJournalNothingIsChanged() throws Exception {
    String before = kernel.state();
    Files.writeString(run, "a file, not a directory");
    NativeHostNetwork host = host(kernel);
    assertThatThrownBy(() -> host.apply(wanted(full("10.9.0.53"))))
        .isInstanceOf(VpnException.class)
        .hasMessageContaining(run.toString())
        .hasMessageContaining("nothing on this host is changed");
    assertThat(kernel.changes()).isZero();
    assertThat(kernel.state()).isEqualTo(before);
    assertThat(Files.readString(resolv)).isEqualTo(RESOLV);
  }

  private void assertAsFound(String before) throws IOException {
    assertThat(kernel.state()).isEqualTo(before);
    assertThat(Files.readString(resolv)).isEqualTo(RESOLV);
    assertThat(run).isEmptyDirectory();
  }

  private Path journalFile() {
    try (Stream<Path> files = Files.list(run)) {
      return files.findFirst().orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private int journalLines() {
    try {
      return (int) Files.readString(journalFile()).lines().count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private NativeHostNetwork host(FakeKernel on) {
    return new NativeHostNetwork(run, resolv, on, none());
  }

  private static Programs none() {
    return new Programs(List.of());
  }

  private static FakeKernel freshKernel() {
    FakeKernel kernel = new FakeKernel();
    kernel.have("0.0.0.0/0", WIRE, "192.168.1.1");
    kernel.have("192.168.1.0/24", WIRE, "");
    return kernel;
  }

  private static TunnelConfig full(String dns) throws PeerViolationException {
    return config(dns, List.of());
  }

  private static TunnelConfig split(String dns, String... networks) throws PeerViolationException {
    return config(dns, List.of(networks));
  }

  static TunnelConfig config(String dns, List<String> networks) throws PeerViolationException {
    List<IpPrefix> include = new ArrayList<>();
    for (String network : networks) {
      include.add(IpPrefix.parse("network", network));
    }
    return TunnelConfig.builder(1400)
        .ipv4(IpPrefix.parse("address", "10.1.2.3/32"))
        .splitInclude(include)
        .splitExclude(List.of(IpPrefix.parse("network", "198.51.100.0/24")))
        .dns(dns.isEmpty() ? List.of() : List.of(address(dns)))
        .searchDomains(dns.isEmpty() ? List.of() : List.of("corp.test"))
        .build();
  }

  static HostWanted wanted(TunnelConfig config) throws PeerViolationException {
    return new HostWanted("tun0", TUN, address("203.0.113.5"), config, Ipv6Policy.TUNNEL);
  }

  private static InetAddress address(String text) throws PeerViolationException {
    return IpPrefix.parseAddress("address", text);
  }
}

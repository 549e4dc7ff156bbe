package dev.adit.core.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.api.error.PeerViolationException;
import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.tunnel.IpPrefix;
import dev.adit.api.tunnel.TunnelConfig;
import dev.adit.core.host.NameServers.Backend;
import dev.adit.core.journal.Journal;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the host's own managers of name servers are told; the programs here only write it down. */
class NameServersTest {
  @TempDir Path directory;
  private Path bin;
  private Path record;
  private Path resolv;

  @BeforeEach
  void programs() throws IOException {
    bin = Files.createDirectory(directory.resolve("bin"));
    record = Files.writeString(directory.resolve("record"), "");
    resolv = directory.resolve("resolv.conf");
  }

  @Test
  void resolvedGetsServersDomainsAndTheRest() throws Exception {
    NameServers servers = resolved();
    assertThat(servers.backend()).isEqualTo(Backend.RESOLVED);
    try (Journal journal = journal()) {
      servers.set(
          "tun0",
          config(List.of("10.9.0.53", "10.9.0.54"), List.of("corp.test"), List.of(), true),
          journal);
      assertThat(recorded())
          .containsExactly(
              "resolvectl [dns] [tun0] [10.9.0.53] [10.9.0.54]",
              "resolvectl [domain] [tun0] [corp.test] [~.]",
              "resolvectl [default-route] [tun0] [yes]");
      assertThat(journal.lines()).containsExactly("run resolvectl revert tun0");
    }
  }

  @Test
  void ofASplitTunnelItAsksForSomeDomainsAlone() throws Exception {
    NameServers servers = resolved();
    try (Journal journal = journal()) {
      servers.set(
          "tun0",
          config(List.of("10.9.0.53"), List.of("corp.test"), List.of("a.test", "b.test"), false),
          journal);
    }
    assertThat(recorded())
        .containsExactly(
            "resolvectl [dns] [tun0] [10.9.0.53]",
            "resolvectl [domain] [tun0] [corp.test] [~a.test] [~b.test]",
            "resolvectl [default-route] [tun0] [no]");
  }

  @Test
  void whatIsNoLongerPushedIsTakenAway() throws Exception {
    NameServers servers = resolved();
    try (Journal journal = journal()) {
      servers.set(
          "tun0", config(List.of("10.9.0.53"), List.of("corp.test"), List.of(), false), journal);
      Files.writeString(record, "");
      servers.set("tun0", config(List.of(), List.of(), List.of(), false), journal);
      assertThat(recorded())
          .containsExactly(
              "resolvectl [dns] [tun0] []",
              "resolvectl [domain] [tun0] []",
              "resolvectl [default-route] [tun0] [no]");
      assertThat(journal.lines()).as("once is enough").hasSize(1);
    }
  }

  @Test
  void withoutServersNothingIsTold() throws Exception {
    try (Journal journal = journal()) {
      resolved().set("tun0", config(List.of(), List.of(), List.of(), true), journal);
      assertThat(journal.lines()).isEmpty();
    }
    assertThat(recorded()).isEmpty();
  }

  @Test
  void resolvconfGetsTheFile() throws Exception {
    program("resolvconf", "cat >> " + record);
    Files.createSymbolicLink(resolv, Path.of("/etc/resolvconf/run/resolv.conf"));
    NameServers servers = new NameServers(resolv, programsHere());
    assertThat(servers.backend()).isEqualTo(Backend.RESOLVCONF);
    try (Journal journal = journal()) {
      servers.set(
          "tun0",
          config(List.of("10.9.0.53", "fd00::53"), List.of("corp.test"), List.of("a.test"), true),
          journal);
      assertThat(recorded())
          .containsExactly(
              "resolvconf [-a] [tun0]",
              "search corp.test a.test",
              "nameserver 10.9.0.53",
              "nameserver fd00:0:0:0:0:0:0:53");
      assertThat(journal.lines()).containsExactly("run resolvconf -d tun0");
      Files.writeString(record, "");
      Undo.perform(journal.lines().get(0), new FakeKernel(), programsHere());
      assertThat(recorded()).containsExactly("resolvconf [-d] [tun0]");
    }
  }

  @Test
  void theEndRevertsTheDevice() throws Exception {
    program("resolvectl", "");
    Files.createSymbolicLink(resolv, Path.of("/run/systemd/resolve/stub-resolv.conf"));
    NativeHostNetwork host =
        new NativeHostNetwork(directory.resolve("run"), resolv, new FakeKernel(), programsHere());
    host.apply(
        NativeHostNetworkTest.wanted(
            config(List.of("10.9.0.53"), List.of("corp.test"), List.of(), true)));
    Files.writeString(record, "");
    host.close();
    assertThat(recorded()).containsExactly("resolvectl [revert] [tun0]");
    assertThat(directory.resolve("run")).isEmptyDirectory();
  }

  @Test
  void aFailureIsTheProgramsOwnWords() throws Exception {
    program("resolvectl", "echo 'Failed to set DNS configuration: Unit not found' >&2\nexit 3");
    Files.createSymbolicLink(resolv, Path.of("../run/systemd/resolve/stub-resolv.conf"));
    NameServers servers = new NameServers(resolv, programsHere());
    try (Journal journal = journal()) {
      assertThatThrownBy(
              () ->
                  servers.set(
                      "tun0", config(List.of("10.9.0.53"), List.of(), List.of(), true), journal))
          .isInstanceOfSatisfying(
              VpnException.class, e -> assertThat(e.kind()).isEqualTo(Kind.PRIVILEGE))
          .hasMessageContaining("resolvectl dns tun0 10.9.0.53 ended with 3")
          .hasMessageContaining("Failed to set DNS configuration: Unit not found")
          .hasMessageContaining("--script");
      assertThat(journal.lines()).containsExactly("run resolvectl revert tun0");
    }
  }

  @Test
  void theFileItselfIsWrittenWhereNobodyManagesIt() throws Exception {
    program("resolvectl", "");
    program("resolvconf", "");
    Files.writeString(resolv, "nameserver 192.0.2.53\n");
    NameServers servers = new NameServers(resolv, programsHere());
    assertThat(servers.backend()).isEqualTo(Backend.FILE);
    try (Journal journal = journal()) {
      servers.set(
          "tun0", config(List.of("10.9.0.53"), List.of("corp.test"), List.of(), true), journal);
      assertThat(Files.readString(resolv))
          .isEqualTo(
              "# written by adit; the former content comes back when the tunnel ends\n"
                  + "search corp.test\nnameserver 10.9.0.53\n");
      Undo.perform(journal.lines().get(0), new FakeKernel(), programsHere());
    }
    assertThat(Files.readString(resolv)).isEqualTo("nameserver 192.0.2.53\n");
    assertThat(recorded()).isEmpty();
  }

  @Test
  void aManagerThatIsNotInstalledIsNotAsked() throws Exception {
    Files.createSymbolicLink(resolv, Path.of("/run/systemd/resolve/stub-resolv.conf"));
    assertThat(new NameServers(resolv, programsHere()).backend()).isEqualTo(Backend.FILE);
  }

  private NameServers resolved() throws IOException {
    program("resolvectl", "");
    Files.createSymbolicLink(resolv, Path.of("/run/systemd/resolve/stub-resolv.conf"));
    return new NameServers(resolv, programsHere());
  }

  /** A program that writes down its name and each argument in brackets, then does that. */
  private void program(String name, String then) throws IOException {
    Path file =
        Files.writeString(
            bin.resolve(name),
            "#!/bin/sh\n{ printf "
                + name
                + "; printf ' [%s]' \"$@\"; echo; } >> "
                + record
                + "\n"
                + then
                + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Programs programsHere() {
    return new Programs(List.of(bin));
  }

  private Journal journal() throws VpnException {
    return Journal.open(directory.resolve("run"));
  }

  private List<String> recorded() throws IOException {
    return Files.readAllLines(record);
  }

  private static TunnelConfig config(
      List<String> dns, List<String> search, List<String> split, boolean full)
      throws PeerViolationException {
    List<InetAddress> servers = new ArrayList<>();
    for (String server : dns) {
      servers.add(IpPrefix.parseAddress("dns", server));
    }
    return TunnelConfig.builder(1400)
        .ipv4(IpPrefix.parse("address", "10.1.2.3/32"))
        .splitInclude(full ? List.of() : List.of(IpPrefix.parse("network", "10.0.0.0/8")))
        .dns(servers)
        .splitDns(split)
        .searchDomains(search)
        .build();
  }
}

package dev.adit.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.adit.interop.Gateway;
import dev.adit.interop.Lab;
import dev.adit.interop.Ocserv;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server in its namespace, iperf3 behind it, and a namespace for one client at a time. */
final class Site implements AutoCloseable {
  /** What TLS and DTLS are held to, so that both clients do the same work. */
  private static final String PRIORITIES =
      "NORMAL:%SERVER_PRECEDENCE:-CIPHER-ALL:+AES-256-GCM:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"
          + ":+VERS-DTLS1.2";

  /**
   * Counts what is on the wire, by carrier. The inner address is the server's too: it must not
   * answer but through the tunnel.
   */
  private static final String RULES =
      "add table inet wire; add chain inet wire i { type filter hook input priority -10; };"
          + " add chain inet wire o { type filter hook output priority -10; };"
          + " add rule inet wire i tcp dport 443 counter;"
          + " add rule inet wire i udp dport 443 counter;"
          + " add rule inet wire o tcp sport 443 counter;"
          + " add rule inet wire o udp sport 443 counter;"
          + " add rule inet wire i iifname %s ip daddr { 10.99.0.0/16, 198.18.0.0/15 } drop;";

  /**
   * Of all TCP in the namespaces, inside and outside tunnels. Each kernel has it, and it sets no
   * timer for each burst as BBR does, whose cost falls on whichever client passes the packet on.
   */
  static final String CONGESTION_CONTROL = "reno";

  private final Setup setup;
  private final Lab lab = new Lab();
  private final Optional<Ocserv> ocserv;
  private final Optional<Gateway> gateway;

  Site(Setup setup, String... gatewayOptions) {
    this.setup = setup;
    lab.server("nft", RULES.formatted(lab.serverLink()));
    useCongestionControl(lab);
    if (setup.server() == Setup.Server.OCSERV) {
      gateway = Optional.empty();
      ocserv =
          Optional.of(
              new Ocserv(lab)
                  .withPassword()
                  .with("route = 10.99.0.0/255.255.0.0", "tls-priorities = \"" + PRIORITIES + "\"")
                  .start());
    } else {
      ocserv = Optional.empty();
      List<String> arguments = new ArrayList<>();
      arguments.add(setup.carrier() == Setup.Carrier.ESP ? "juniper" : "anyconnect");
      for (String option : gatewayOptions) {
        arguments.add(option);
      }
      gateway = Optional.of(Gateway.start(lab, arguments.toArray(new String[0])));
    }
    Path log = lab.directory().resolve("iperf3.log");
    lab.start(log, lab.inServer("iperf3", "-s"));
    Lab.await(
        "iperf3 listens",
        Duration.ofSeconds(10),
        () -> lab.server("ss", "-Hltn", "sport", "=", ":5201").contains("LISTEN"));
  }

  static void useCongestionControl(Lab lab) {
    String command = "echo " + CONGESTION_CONTROL + " > /proc/sys/net/ipv4/tcp_congestion_control";
    lab.client("sh", "-c", command);
    lab.server("sh", "-c", command);
  }

  Setup setup() {
    return setup;
  }

  Lab lab() {
    return lab;
  }

  /** The server's address inside the tunnel. */
  String inner() {
    return ocserv.isPresent() ? "10.99.0.1" : Gateway.INNER;
  }

  String password() {
    return ocserv.isPresent() ? Ocserv.PASSWORD : Gateway.PASSWORD;
  }

  /** Of our gateway. */
  String pin() {
    return gateway.orElseThrow().pin();
  }

  /** What both clients are told alike. */
  List<String> arguments() {
    List<String> all = new ArrayList<>();
    all.add("--protocol=" + (setup.carrier() == Setup.Carrier.ESP ? "nc" : "anyconnect"));
    all.add("--interface=vpn0");
    all.add("--passwd-on-stdin");
    if (!setup.carrier().udp()) {
      all.add("--no-dtls");
    } else if (setup.carrier() == Setup.Carrier.DTLS && gateway.isPresent()) {
      // Nothing tells what suite our gateway chose for the others.
      all.add("--dtls-ciphers=OC-DTLS1_2-AES256-GCM");
    }
    if (ocserv.isPresent()) {
      all.addAll(List.of("--user=" + Ocserv.USER, "--cafile=" + ocserv.get().path("ca.pem")));
    } else {
      all.addAll(List.of("--user=" + Gateway.USER, "--servercert=" + gateway.orElseThrow().pin()));
    }
    all.add(ocserv.isPresent() ? "https://vpn.test" : "https://" + Lab.SERVER);
    return all;
  }

  /** That the server has the session, and has it by the wanted suite, as far as it tells. */
  boolean agrees() {
    if (ocserv.isEmpty()) {
      return true;
    }
    JsonNode users = ocserv.get().users();
    String suite = setup.carrier().udp() ? "DTLS cipher" : "TLS ciphersuite";
    return users.size() == 1 && users.get(0).path(suite).asText().contains("(AES-256-GCM)");
  }

  /** Bytes so far at the server's port by that carrier, both ways. */
  long onTheWire() {
    String rules = lab.server("nft", "list", "table", "inet", "wire");
    Matcher counters =
        Pattern.compile(
                (setup.carrier().udp() ? "udp" : "tcp")
                    + " [ds]port 443 counter packets \\d+ bytes (\\d+)")
            .matcher(rules);
    long bytes = 0;
    while (counters.find()) {
      bytes += Long.parseLong(counters.group(1));
    }
    return bytes;
  }

  @Override
  public void close() {
    lab.close();
  }
}

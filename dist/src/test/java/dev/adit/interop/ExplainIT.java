package dev.adit.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code adit explain} asks this kernel, with a session and without. */
class ExplainIT {
  private Lab lab;

  @BeforeEach
  void open() {
    lab = new Lab();
  }

  @AfterEach
  void close() {
    lab.close();
  }

  @Test
  void saysWhichWayAndWhy() throws Exception {
    assertThat(explain(Lab.SERVER, 0).path("why").asText()).isEqualTo("no session is running");
    Gateway gateway = Gateway.start(lab);
    AditProcess adit = gateway.client("--interface=vpn0");
    adit.await("carrier", 2);

    JsonNode inner = explain(Gateway.INNER, 0);
    assertThat(inner.path("tunnel").asBoolean()).isTrue();
    assertThat(inner.path("device").asText()).isEqualTo("vpn0");
    assertThat(inner.path("route").asText()).isEqualTo("198.18.0.0/16");
    assertThat(inner.path("table").asText()).isEqualTo("main");
    assertThat(inner.path("rule").asText()).isEqualTo("32766: from all lookup main");
    assertThat(inner.path("why").asText()).contains("the server wants 198.18.0.0/16");
    assertThat(inner.path("carrier").asText()).contains("DTLS");

    assertThat(explain(Lab.SERVER, 0).path("why").asText()).startsWith("it is the gateway");
    assertThat(explain(Lab.CLIENT, 0).path("why").asText()).contains("an address of this host");

    lab.client("ip", "route", "add", "198.18.7.0/24", "via", Lab.SERVER);
    assertThat(explain("198.18.7.1", 0).path("why").asText()).contains("198.18.7.0/24 is more");

    lab.client("ip", "route", "add", "198.18.8.0/24", "via", Lab.SERVER, "table", "77");
    lab.client("ip", "rule", "add", "to", "198.18.8.0/24", "lookup", "77", "priority", "9");
    JsonNode ruled = explain("198.18.8.1", 0);
    assertThat(ruled.path("rule").asText()).isEqualTo("9: from all to 198.18.8.0/24 lookup 77");
    assertThat(ruled.path("router").asText()).isEqualTo(Lab.SERVER);

    lab.client("ip", "route", "add", "unreachable", "198.18.9.0/24");
    assertThat(explain("198.18.9.1", 1).path("why").asText()).contains("cannot be reached");

    lab.client(
        "nft", "add table inet fw; add chain inet fw o { type filter hook output priority 0; }");
    assertThat(run(0, "explain", Gateway.INNER)).contains("inet fw o (policy accept)");
    String outer = "priority 9 tmpl src " + Lab.CLIENT + " dst " + Lab.SERVER;
    xfrmPolicy("10.0.0.0/8", outer + " proto esp mode tunnel");
    xfrmPolicy("10.1.0.0/16", "priority 7 action block");
    assertThat(explain("10.2.3.4", 0).path("policy").asText())
        .startsWith("sealed for " + Lab.SERVER);
    assertThat(explain("10.1.2.3", 0).path("policy").asText())
        .startsWith("dropped")
        .endsWith("priority 7");
    assertThat(explain(Gateway.INNER, 0).has("policy")).isFalse();

    String name = run(0, "explain", "vpn.test");
    assertThat(name).contains("/etc/hosts", Lab.SERVER + ": by " + lab.clientLink());
    adit.signal("TERM");
    assertThat(adit.exitCode()).isZero();
  }

  private void xfrmPolicy(String to, String rest) {
    String line = "ip xfrm policy add dir out src 0.0.0.0/0 dst " + to + " " + rest;
    lab.client(line.split(" ", -1));
  }

  private JsonNode explain(String address, int exitCode) throws Exception {
    String text = run(exitCode, "explain", address);
    assertThat(text.lines()).allMatch(l -> l.length() <= 80);
    return new ObjectMapper().readTree(run(exitCode, "explain", "--json", address)).at("/ways/0");
  }

  private String run(int exitCode, String... order) {
    Command command = AditProcess.run(lab, "", order);
    assertThat(command.exitCode()).as("%s", command).isEqualTo(exitCode);
    return command.out();
  }
}

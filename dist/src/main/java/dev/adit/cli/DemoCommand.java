package dev.adit.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.core.sys.ProcessControl;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code adit demo}: gateways of our own and a client in two network namespaces, as two short
 * stories.
 */
final class DemoCommand {
  private final PrintStream out = System.out;
  private final DemoStage stage;
  private int step;

  private DemoCommand(DemoStage stage) {
    this.stage = stage;
  }

  static ExitCode run() throws VpnException, InterruptedException {
    if (!ProcessControl.isRoot()) {
      throw new VpnException(
          Kind.PRIVILEGE, "the demonstration makes network namespaces: run it as root");
    }
    try (DemoStage stage = new DemoStage()) {
      new DemoCommand(stage).tell();
      return ExitCode.OK;
    } catch (IOException e) {
      throw new VpnException(Kind.OTHER, "the demonstration failed: " + e.getMessage(), e);
    }
  }

  private void tell() throws IOException, InterruptedException {
    out.println("Companies' gateways and you, in two network namespaces of this machine.\n");
    step("Two hosts and a wire");
    stage.network();
    String before = stage.routes();
    say("you are 192.0.2.2, the gateways are " + DemoStage.SERVER);

    out.println("\nThe first company: AnyConnect, over TLS\n");
    lineIsCut(before);
    out.println("\nThe second company: Juniper Network Connect, by TLS and by ESP\n");
    udpIsBlocked(before);
    out.println("\nDone. Nothing is left behind.");
  }

  private void lineIsCut(String before) throws IOException, InterruptedException {
    DemoStage.Follower gateway = gateway("anyconnect");
    DemoStage.Follower you = connect("anyconnect", gateway, "--no-dtls");

    step("A ping through the tunnel");
    say(stage.ping(3));

    step("A file of 20 MB, its hash at both ends");
    say(stage.transfer());

    step("The line is cut");
    gateway.write("cut\n\n");
    String lost = you.await("\"event\":\"reconnecting\"");
    say("you notice: " + field(lost, "reason"));
    you.await("\"event\":\"connected\"");
    say("connected again, the same address; the ping goes on:");
    say(stage.ping(3));

    leave(you, gateway, before);
  }

  private void udpIsBlocked(String before) throws IOException, InterruptedException {
    DemoStage.Follower gateway = gateway("juniper");
    DemoStage.Follower you = connect("juniper", gateway);

    step("ESP takes over");
    say("packets go by " + carrier(you, "ESP"));
    say(stage.ping(3));

    step("A file of 20 MB, by ESP");
    say(stage.transfer());

    step("UDP is blocked, while a ping is under way");
    gateway.write("udp-blocked\n");
    say(stage.ping(10));
    say("packets go by " + carrier(you, "TLS"));

    step("UDP is back");
    gateway.write("\n");
    say("packets go by " + carrier(you, "ESP"));
    say(stage.ping(3));

    leave(you, gateway, before);
  }

  private DemoStage.Follower gateway(String protocol) throws IOException, InterruptedException {
    step("The gateway starts");
    DemoStage.Follower gateway =
        stage.start(
            protocol + "-gateway",
            stage.server(),
            "",
            "gateway",
            protocol,
            "--listen",
            DemoStage.SERVER,
            "--user",
            "alice:wonderland",
            "--route",
            "198.18.0.0/16");
    say("on port 443");
    return gateway;
  }

  private DemoStage.Follower connect(
      String protocol, DemoStage.Follower gateway, String... arguments)
      throws IOException, InterruptedException {
    String pin = gateway.await("pin ").substring(4);
    say("its key is " + pin);
    step("You log in and connect");
    List<String> all =
        new ArrayList<>(
            List.of(
                "--protocol=" + protocol,
                "--events=json",
                "--interface=demo0",
                "--user=alice",
                "--passwd-on-stdin",
                "--servercert=" + pin));
    all.addAll(List.of(arguments));
    all.add(DemoStage.SERVER);
    DemoStage.Follower you =
        stage.start(
            protocol + "-client", stage.client(), "wonderland\n", all.toArray(new String[0]));
    String connected = you.await("\"event\":\"connected\"");
    say(
        "your address in the company: "
            + field(connected, "ipv4")
            + ", by "
            + field(connected, "tls"));
    say("packets go by " + carrier(you, "TLS"));
    return you;
  }

  private void leave(DemoStage.Follower you, DemoStage.Follower gateway, String before)
      throws IOException, InterruptedException {
    step("You leave");
    you.end();
    gateway.await("event logout");
    say("the gateway has forgotten you");
    String after = stage.routes();
    if (!after.equals(before)) {
      throw new IOException("your routes are not as they were:\n" + after);
    }
    say("your routes are as they were");
    gateway.end();
  }

  /** Waits for packets to take another way, and tells why they do. */
  private static String carrier(DemoStage.Follower you, String name)
      throws IOException, InterruptedException {
    String event = you.await("\"carrier\":\"" + name);
    return field(event, "carrier") + ": " + field(event, "reason");
  }

  private void step(String title) {
    out.printf("%d. %s%n", ++step, title);
  }

  private void say(String text) {
    out.println("   " + text);
  }

  private static String field(String json, String name) throws IOException {
    return new ObjectMapper().readTree(json).path(name).asText();
  }
}

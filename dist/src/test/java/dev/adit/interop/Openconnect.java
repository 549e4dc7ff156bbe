package dev.adit.interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** openconnect in a lab's client namespace. */
public final class Openconnect {
  private Openconnect() {}

  /**
   * Starts it, with the password on its standard input.
   *
   * @param arguments the server last; not that it is to read a password, which it would do twice
   */
  static Process start(Lab lab, String password, String... arguments) {
    Path secret = lab.file("password", password);
    List<String> argv =
        new ArrayList<>(lab.inClient("sh", "-c", "exec openconnect \"$@\" < " + secret, "sh"));
    argv.addAll(List.of("-v", "--passwd-on-stdin", "--script=" + script(lab)));
    argv.addAll(List.of(arguments));
    return lab.start(lab.directory().resolve("openconnect.log"), argv);
  }

  /** Logs in by the gateway's user and password, for a cookie. */
  static Command authenticate(Lab lab, Gateway gateway, String... more) {
    List<String> argv =
        new ArrayList<>(
            lab.inClient(
                "openconnect",
                "--user=" + Gateway.USER,
                "--passwd-on-stdin",
                "--authenticate",
                "--servercert=" + gateway.pin()));
    argv.addAll(List.of(more));
    argv.add("https://" + Lab.SERVER);
    return Command.run(Duration.ofSeconds(30), Gateway.PASSWORD + "\n", argv);
  }

  /** What the one that was started said so far. */
  static String log(Lab lab) {
    try {
      return Files.readString(lab.directory().resolve("openconnect.log"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Sets up what adit sets up by itself, and nothing else: the address, and the way to what is
   * behind the gateways of the lab. Less than the usual vpnc-script.
   */
  public static Path script(Lab lab) {
    Path script =
        lab.file(
            "script",
            "#!/bin/sh",
            "[ \"$reason\" = connect ] || exit 0",
            "ip link set \"$TUNDEV\" up mtu \"$INTERNAL_IP4_MTU\"",
            "ip addr add \"$INTERNAL_IP4_ADDRESS/32\" dev \"$TUNDEV\"",
            "ip route add 10.99.0.0/16 dev \"$TUNDEV\"",
            "ip route add 198.18.0.0/16 dev \"$TUNDEV\"");
    if (!script.toFile().setExecutable(true)) {
      throw new IllegalStateException(script + " cannot be made executable");
    }
    return script;
  }
}

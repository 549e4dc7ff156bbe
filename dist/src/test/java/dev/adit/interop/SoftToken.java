package dev.adit.interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * A token of SoftHSM in a lab's directory. Its keys are made on it and never leave it; {@code
 * certtool} signs certificates for the public halves alone.
 */
final class SoftToken {
  static final String LABEL = "adit lab";
  static final String PIN = "739164";
  private static final String URI = "pkcs11:token=adit%20lab";
  private static final List<Path> MODULES =
      List.of(
          Path.of("/usr/lib/softhsm/libsofthsm2.so"),
          Path.of("/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so"),
          Path.of("/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so"));

  private final Lab lab;
  private final Path tokens;

  SoftToken(Lab lab) {
    this.lab = lab;
    try {
      tokens = Files.createDirectories(lab.directory().resolve("tokens"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    lab.file(
        "softhsm2.conf",
        "directories.tokendir = " + tokens,
        "objectstore.backend = file",
        "log.level = ERROR");
    run(
        "softhsm2-util",
        "--init-token",
        "--free",
        "--label",
        LABEL,
        "--pin",
        PIN,
        "--so-pin",
        "5678");
  }

  /**
   * A key that is made on the token, with a certificate of the lab's authority.
   *
   * @param kind what p11tool calls it: {@code rsa} or {@code ecdsa}
   * @param id two hexadecimal digits
   */
  void key(String name, String kind, String id, String commonName) {
    List<String> make = new ArrayList<>(List.of("--login", "--generate-privkey=" + kind));
    make.addAll(kind.equals("rsa") ? List.of("--bits=2048") : List.of("--curve=secp256r1"));
    make.addAll(List.of("--label=" + name, "--id=" + id, "--outfile=" + path(name + ".pub"), URI));
    p11tool(make);
    lab.file(
        name + ".tmpl",
        "cn = " + commonName,
        "tls_www_client",
        "signing_key",
        "expiration_days = 30");
    run(
        "certtool",
        "--generate-certificate",
        "--load-pubkey",
        path(name + ".pub"),
        "--load-ca-certificate",
        path("ca.pem"),
        "--load-ca-privkey",
        path("ca.key"),
        "--template",
        path(name + ".tmpl"),
        "--outfile",
        path(name + ".pem"));
    p11tool(
        List.of(
            "--login",
            "--write",
            "--load-certificate=" + path(name + ".pem"),
            "--label=" + name,
            "--id=" + id,
            URI));
  }

  /** The words before a program so that it sees this token. */
  List<String> seen(List<String> argv) {
    List<String> all = new ArrayList<>(List.of("env", "SOFTHSM2_CONF=" + path("softhsm2.conf")));
    all.addAll(argv);
    return all;
  }

  /**
   * Makes it say that a further wrong PIN locks it ({@code CKF_USER_PIN_FINAL_TRY}), which SoftHSM
   * itself never does: in its file the flags stand behind their name and kind, 8 bytes each.
   */
  void lastTry() {
    byte[] name = HexFormat.of().parseHex("000000008000534b0000000000000002");
    try (Stream<Path> files = Files.walk(tokens)) {
      Path file = files.filter(f -> f.endsWith("token.object")).findFirst().orElseThrow();
      byte[] bytes = Files.readAllBytes(file);
      int at = 0;
      while (!Arrays.equals(bytes, at, at + name.length, name, 0, name.length)) {
        at++;
      }
      // Of 0x20000, most significant byte first.
      bytes[at + name.length + 5] |= 0x02;
      Files.write(file, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Pulls it out: its directory is somewhere else. */
  void pullOut() {
    try {
      Files.move(tokens, tokens.resolveSibling("drawer"));
      Files.createDirectories(tokens);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void p11tool(List<String> arguments) {
    List<String> all = new ArrayList<>(List.of("GNUTLS_PIN=" + PIN, "p11tool"));
    all.add(
        "--provider="
            + MODULES.stream().filter(Files::exists).findFirst().orElseThrow().toString());
    all.addAll(arguments);
    Command.run(Duration.ofSeconds(60), "", seen(all)).ok();
  }

  private void run(String... argv) {
    Command.run(Duration.ofSeconds(60), "", seen(List.of(argv))).ok();
  }

  private String path(String name) {
    return lab.directory().resolve(name).toString();
  }
}

package dev.adit.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Plugins that the configuration pins. */
class PluginPinsIT {
  private static final String WRONG = "0".repeat(64);

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
  void theRightPinLetsItInInTheBackgroundToo() throws Exception {
    Gateway gateway = Gateway.start(lab);
    Path config = config("anyconnect", hash("anyconnect"));
    assertThat(run("", "config", "check", config.toString()).ok()).contains("in order");
    Path pid = lab.directory().resolve("pid");
    Command adit =
        run(
            Gateway.PASSWORD + "\n",
            "--config=" + config,
            "--background",
            "--pid-file=" + pid,
            "--user=" + Gateway.USER,
            "--passwd-on-stdin",
            "--servercert=" + gateway.pin(),
            Lab.SERVER);
    assertThat(adit.exitCode()).as(adit.err()).isZero();
    String child = Files.readString(pid).strip();
    assertThat(Files.readString(Path.of("/proc", child, "environ")))
        .contains("ADIT_BACKGROUND_PINS=anyconnect=" + hash("anyconnect"));
    run("", "disconnect").ok();
  }

  @Test
  void theWrongOneKeepsItOutWithBothAndTheRemedy() throws Exception {
    Path config = config("anyconnect", WRONG);
    for (Command adit :
        List.of(
            run("", "--config=" + config, "--non-inter", Lab.SERVER),
            run("", "config", "check", config.toString()))) {
      assertThat(adit.exitCode()).as(adit.err()).isEqualTo(15);
      assertThat(adit.err())
          .contains("plugin anyconnect")
          .contains("found sha256:" + hash("anyconnect"))
          .contains("expects sha256:" + WRONG)
          .contains("plugin-pins")
          .contains("install the plugin anew")
          .doesNotContain("Exception");
    }
  }

  @Test
  void oneThatIsNotPinnedStaysOutside() throws Exception {
    Path config = config("anyconnect", hash("anyconnect"));
    Command adit = run("", "--config=" + config, "--protocol=nc", "--non-inter", Lab.SERVER);
    assertThat(adit.exitCode()).as(adit.err()).isEqualTo(15);
    assertThat(adit.err()).contains("juniper").contains("sha256:" + hash("juniper"));
  }

  private Path config(String plugin, String hash) {
    return lab.file(
        "vpn.json",
        "{\"version\": 1, \"plugin-pins\": {\"" + plugin + "\": \"sha256:" + hash + "\"}}");
  }

  private static String hash(String plugin) throws IOException, GeneralSecurityException {
    Path plugins = AditProcess.tree().resolve("plugins");
    try (Stream<Path> files = Files.list(plugins)) {
      Path archive =
          files.filter(f -> f.getFileName().toString().contains(plugin)).findFirst().orElseThrow();
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(archive)));
    }
  }

  private Command run(String stdin, String... words) {
    return AditProcess.run(lab, stdin, words);
  }
}

package dev.adit.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.adit.api.error.VpnException;
import dev.adit.core.auth.SecretSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.Model.CommandSpec;

class ConfigFileTest {
  private static final CommandSpec SPEC = CommandSpec.forAnnotatedObject(new ConnectOptions());

  @TempDir Path directory;

  @Test
  void isReadAsOptions() throws Exception {
    ConfigFile config =
        read(
            """
            {"version": 1, "server": "vpn.test", "user": "alice", "mtu": 1300, "no-dtls": true,
             "quiet": false, "cafile": ["a.pem", "b.pem"], "password": {"env": "PW"}}
            """);
    assertThat(config.arguments())
        .containsExactly(
            "vpn.test",
            "--user=alice",
            "--mtu=1300",
            "--no-dtls",
            "--cafile=a.pem",
            "--cafile=b.pem");
    assertThat(config.secrets()).containsEntry("password", new SecretSource.Environment("PW"));
  }

  @Test
  void thePlainFormIsKnownByItsContent() throws Exception {
    assertThat(read("# mine\nuser = alice\nno-dtls\nmtu 1300\n").arguments())
        .containsExactly("--user=alice", "--no-dtls", "--mtu=1300");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"version\": 1, \"usr\": \"x\"}            | :1:16: /usr: there is no such option; did you mean \"user\"?",
        "{\"version\": 2}                            | :1:2: /version: expected 1, got 2",
        "{\"user\": \"x\"}                           | /version: missing",
        "{\"version\": 1, \"mtu\": \"big\"}          | /mtu: expected a number, got \"big\"",
        "{\"version\": 1, \"no-dtls\": \"yes\"}      | /no-dtls: expected true or false",
        "{\"version\": 1, \"user\": [\"x\"]}         | /user: takes one value, not a list",
        "{\"version\": 1, \"user\": {}}              | /user: expected a string",
        "{\"version\": 1, \"user\": \"x\", \"user\": \"y\"} | Duplicate field 'user'",
        "{\"version\": 1, \"password\": {\"url\": \"x\"}} | /password/url: expected env, file, exec",
        "{\"version\": 1                             | :2:",
        "{\"version\": 1, \"plugin-pins\": \"x\"} | /plugin-pins: expected {\"PLUGIN\": \"sha256:...\"}",
        "{\"version\": 1, \"plugin-pins\": {}}  | /plugin-pins: it names no plugin",
        "{\"version\": 1, \"plugin-pins\": {\"a\": 1}} | /plugin-pins/a: expected a string",
        "{\"version\": 1, \"plugin-pins\": {\"a\": \"sha256:00\"}} | /plugin-pins/a: expected sha256: and 64",
        "{\"version\": 1, \"plugin-pin\": {}}   | did you mean \"plugin-pins\"?",
        "plugin-pins=x                               | there is no option \"plugin-pins\"",
        "usr=alice                                   | :1: there is no option \"usr\"; did you mean \"user\"?",
      })
  void whatIsWrongIsNamedWithItsPlace(String text, String message) {
    assertThatThrownBy(() -> read(text + "\n"))
        .isInstanceOf(VpnException.class)
        .hasMessageContaining(message)
        .hasMessageContaining(directory.toString());
  }

  @Test
  void aPasswordInAFileThatOthersReadIsRefused() throws Exception {
    String text = "{\"version\": 1, \"password\": \"secret\"}";
    assertThatThrownBy(() -> read(text))
        .hasMessageContaining("chmod 600")
        .hasMessageNotContaining("secret\"");
    Path file = Files.writeString(directory.resolve("own.json"), text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    assertThat(ConfigFile.read(file, SPEC).secrets()).containsKey("password");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"version\": 1, \"key-password\": \"hush\"}",
        "{\"version\": 1, \"token-secret\": \"hush\"}",
        "{\"version\": 1, \"cookie\": \"hush\"}",
        "{\"version\": 1, \"proxy\": \"http://u:hush@p:1\"}",
        "cookie = hush",
        "key-password hush",
        "proxy = http://u:hush@p:1",
      })
  void noSecretStandsInAFileThatOthersRead(String text) {
    assertThatThrownBy(() -> read(text))
        .isInstanceOf(VpnException.class)
        .hasMessageContaining("a secret in a file that others can read")
        .hasMessageNotContaining("hush");
  }

  @Test
  void aReferenceMayStandAnywhere() throws Exception {
    ConfigFile config =
        read(
            """
            {"version": 1, "key-password": {"credential": "pin"}, "token-secret": "@/seed",
             "cookie": {"exec": ["pass", "show", "vpn"]}}
            """);
    assertThat(config.secrets())
        .containsEntry("key-password", new SecretSource.Credential("pin"))
        .containsEntry("token-secret", new SecretSource.File(Path.of("/seed")))
        .containsEntry("cookie", new SecretSource.Exec(List.of("pass", "show", "vpn")));
    assertThat(config.arguments()).isEmpty();
  }

  @Test
  void pinsOfPluginsAreReadAlone() throws Exception {
    String hash = "0123456789abcdef".repeat(4);
    Path file =
        Files.writeString(
            directory.resolve("pins.json"),
            "{\"version\": 1, \"no-such-option\": {\"x\": [1, {}]}, \"plugin-pins\":"
                + " {\"anyconnect\": \"sha256:"
                + hash
                + "\"}}");
    assertThat(ConfigFile.pinsIn(file)).containsExactly(Map.entry("anyconnect", hash));
    assertThatThrownBy(() -> ConfigFile.read(file, SPEC)).hasMessageContaining("no-such-option");
    Path plain = Files.writeString(directory.resolve("plain"), "user=alice\n");
    assertThat(ConfigFile.pinsIn(plain)).isEmpty();
  }

  @Test
  void theSchemaKnowsEveryKeyThatTheReaderKnows() throws Exception {
    JsonNode properties = new ObjectMapper().readTree(ConfigSchema.of(SPEC)).path("properties");
    SPEC.options().stream()
        .map(o -> o.longestName().substring(2))
        .filter(ConfigFile::isKey)
        .forEach(name -> assertThat(properties.has(name)).as(name).isTrue());
    for (String key : List.of("version", "server", "password", "plugin-pins")) {
      assertThat(properties.has(key)).as(key).isTrue();
    }
    assertThat(properties.path("plugin-pins").path("additionalProperties").path("pattern").asText())
        .isEqualTo("^sha256:([0-9a-f]{64})$");
  }

  private ConfigFile read(String text) throws Exception {
    Path file = Files.writeString(directory.resolve("vpn.json"), text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    return ConfigFile.read(file, SPEC);
  }
}

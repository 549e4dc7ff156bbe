package dev.adit.core.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.api.error.VpnException;
import dev.adit.api.secret.SecretText;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretResolverTest {
  @TempDir Path directory;

  @Test
  void everyReferenceLeadsToItsSecret() throws Exception {
    Files.writeString(directory.resolve("pw"), "fröm file\r\nsecond line\n");
    SecretResolver resolver =
        new SecretResolver(
            Map.of("PW", "from environment", "CREDENTIALS_DIRECTORY", directory.toString()),
            ScriptedPerson.typing("from a person"));
    assertThat(reveal(resolver, new SecretSource.Environment("PW"))).isEqualTo("from environment");
    assertThat(reveal(resolver, new SecretSource.File(directory.resolve("pw"))))
        .isEqualTo("fröm file");
    assertThat(reveal(resolver, new SecretSource.Credential("pw"))).isEqualTo("fröm file");
    assertThat(reveal(resolver, new SecretSource.Exec(List.of("printf", "%s\n", "from program"))))
        .isEqualTo("from program");
    assertThat(reveal(resolver, new SecretSource.Prompt("Which?"))).isEqualTo("from a person");
    assertThat(reveal(resolver, new SecretSource.Given(SecretText.of("given")))).isEqualTo("given");
  }

  @Test
  void whatIsMissingIsNamed() {
    SecretResolver resolver = new SecretResolver(Map.of(), ScriptedPerson.absent());
    assertMessage(
        resolver, new SecretSource.Environment("PW"), "environment variable PW is not set");
    assertMessage(
        resolver,
        new SecretSource.File(directory.resolve("none")),
        "secret in " + directory.resolve("none") + " cannot be read: there is no such file");
    assertMessage(
        resolver,
        new SecretSource.Credential("pw"),
        "credential pw: CREDENTIALS_DIRECTORY is not set; LoadCredential= in the systemd unit"
            + " sets it");
    assertMessage(
        resolver,
        new SecretSource.Exec(List.of("false", "argument")),
        "secret program false ended with exit code 1");
  }

  private static void assertMessage(SecretResolver resolver, SecretSource source, String message) {
    assertThatThrownBy(() -> resolver.resolve(source))
        .isInstanceOf(VpnException.class)
        .hasMessage(message);
  }

  private static String reveal(SecretResolver resolver, SecretSource source) throws Exception {
    try (SecretText secret = resolver.resolve(source)) {
      return secret.reveal();
    }
  }
}

package dev.adit.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.api.error.VpnException;
import dev.adit.api.secret.SecretText;
import dev.adit.core.auth.Prompter;
import dev.adit.core.auth.SecretResolver;
import dev.adit.core.auth.SecretSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Programs that know a token; stand-ins write down how they are called. */
class TokenProgramTest {
  private static final Prompter NOBODY =
      new Prompter() {
        @Override
        public boolean available() {
          return false;
        }

        @Override
        public void show(String text) {}

        @Override
        public String line(String label, String preset) {
          throw new AssertionError("nobody is there");
        }

        @Override
        public SecretText hidden(String label) {
          throw new AssertionError("nobody is there");
        }
      };

  @TempDir private Path directory;

  @Test
  void oneThatIsMissingIsNamedWithItsPackage() {
    TokenProgram program = new TokenProgram("rsa", directory + "/stoken", "stoken");
    assertThatThrownBy(() -> program.code(List.of(), SecretText.of("")))
        .isInstanceOf(VpnException.class)
        .hasMessageContaining("--token-mode=rsa needs the program")
        .hasMessageContaining("package stoken");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "exit 3         | ended with exit code 3",
        "echo sorry, no | printed no code",
        "true           | printed no code",
      })
  void oneThatHasNoCodeIsNamed(String body, String message) throws Exception {
    assertThatThrownBy(() -> program(body).code(List.of(), SecretText.of("")))
        .isInstanceOf(VpnException.class)
        .hasMessageContaining("--token-mode=rsa")
        .hasMessageContaining(message);
  }

  @Test
  void rsaCodesComeOneAfterTheOther() throws Exception {
    RsaCodes codes = codes(Optional.empty());
    assertThat(codes.next().reveal()).isEqualTo("12345678");
    codes.next();
    assertThat(called()).isEqualTo("tokencode --stdin\n0000\ntokencode --stdin --next\n0000\n");
    assertThat(codes.isPassword()).isTrue();
  }

  @Test
  void aTokenOnTheCommandLineIsNotHandedOnThere() throws Exception {
    SecretSource given = new SecretSource.Given(SecretText.of("286510182209"));
    codes(Optional.of(given)).next();
    assertThat(called()).contains("--file=").doesNotContain("286510182209");
    Path file = Path.of(called().replaceFirst("(?s).*--file=(\\S+).*", "$1"));
    assertThat(file).doesNotExist();
    codes(Optional.of(new SecretSource.File(Path.of("/own/token")))).next();
    assertThat(called()).contains("--file=/own/token");
  }

  private RsaCodes codes(Optional<SecretSource> kept) throws IOException {
    TokenProgram program = program("echo \"$@\" >> called; cat >> called; echo 12345678");
    return new RsaCodes(program, kept, new SecretResolver(Map.of(), NOBODY), NOBODY);
  }

  private String called() throws IOException {
    return Files.readString(directory.resolve("called"));
  }

  private TokenProgram program(String body) throws IOException {
    Path file = directory.resolve("stoken");
    Files.writeString(file, "#!/bin/sh\ncd " + directory + "\n" + body + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    return new TokenProgram("rsa", file.toString(), "stoken");
  }
}

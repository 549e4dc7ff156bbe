package dev.adit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine.Model.CommandSpec;

/**
 * The manual and the completions in {@code src/main/share} are those of the options. After a change
 * of options {@code -Dadit.share.update=true} writes them anew.
 */
class SharedFilesTest {
  private static final Path SHARE = Path.of("src/main/share");

  static Stream<Arguments> files() {
    return Stream.of(
        file("man/man1/adit.1", Manual::command),
        file("man/man5/adit-config.5", Manual::config),
        file("bash-completion/completions/adit", Completions::bash),
        file("zsh/site-functions/_adit", Completions::zsh),
        file("fish/vendor_completions.d/adit.fish", Completions::fish));
  }

  @ParameterizedTest
  @MethodSource("files")
  void areThoseOfTheOptions(String name, Function<CommandSpec, String> generator) throws Exception {
    CommandSpec spec = CommandSpec.forAnnotatedObject(new ConnectOptions()).name("adit");
    String generated = generator.apply(spec);
    Path file = SHARE.resolve(name);
    if (Boolean.getBoolean("adit.share.update")) {
      Files.createDirectories(file.getParent());
      Files.writeString(file, generated);
    }
    assertThat(Files.readString(file)).isEqualTo(generated);
  }

  @ParameterizedTest
  @MethodSource("files")
  void shellsAndManFindNoFault(String name, Function<CommandSpec, String> generator)
      throws Exception {
    String checker = name.startsWith("man") ? "man" : name.startsWith("bash") ? "bash" : "";
    if (checker.isEmpty() || !Files.isExecutable(Path.of("/usr/bin", checker))) {
      assertThat(generator).isNotNull();
      return;
    }
    ProcessBuilder builder =
        checker.equals("bash")
            ? new ProcessBuilder("bash", "-n", SHARE.resolve(name).toString())
            : new ProcessBuilder("man", "--warnings", "-l", SHARE.resolve(name).toString());
    builder.environment().put("MANPAGER", "cat");
    Process process = builder.redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
    String complaints = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(complaints).isEmpty();
    assertThat(process.waitFor()).isZero();
  }

  private static Arguments file(String name, Function<CommandSpec, String> generator) {
    return Arguments.of(name, generator);
  }
}

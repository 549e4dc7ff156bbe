package dev.adit.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The shells themselves complete with what the built tree has for them. */
class CompletionIT {
  private static final Path SHARE = AditProcess.tree().resolve("share");

  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({
    "adit --prot, --protocol",
    "adit plug, plugins",
    "adit completion f, fish",
    "adit --no-dt, --no-dtls",
    "adit status --js, --json",
  })
  void bashCompletes(String line, String expected) {
    String[] words = line.split(" ", -1);
    String script =
        "source "
            + SHARE.resolve("bash-completion/completions/adit")
            + "\nfunction compopt() { :; }\nCOMP_WORDS=("
            + line
            + ")\nCOMP_CWORD="
            + (words.length - 1)
            + "\nCOMP_LINE='"
            + line
            + "'\nCOMP_POINT="
            + line.length()
            + "\n[[ $(complete -p adit) =~ -F\\ ([a-z_]+) ]] && \"${BASH_REMATCH[1]}\""
            + "\nprintf '%s\\n' \"${COMPREPLY[@]}\"";
    Command bash = run(List.of("bash", "--norc", "-c", script));
    assertThat(bash.err()).isEmpty();
    assertThat(bash.ok().lines().map(String::strip)).contains(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "adit --prot, --protocol",
    "adit plug, plugins",
    "adit completion f, fish",
    "adit --no-dt, --no-dtls",
    "adit status --js, --json",
  })
  void fishCompletes(String line, String expected) {
    Path file = SHARE.resolve("fish/vendor_completions.d/adit.fish");
    run(List.of("fish", "--no-execute", file.toString())).ok();
    Command fish = run(List.of("fish", "-c", "source " + file + "; complete -C '" + line + "'"));
    assertThat(fish.ok().lines().map(l -> l.replaceFirst("\t.*", ""))).contains(expected);
  }

  /** Typed at a terminal, since zsh completes nowhere else; the first completion already. */
  @ParameterizedTest
  @CsvSource({
    "adit --prot, --protocol",
    "adit plug, plugins",
    "adit completion f, fish",
    "adit --no-dt, --no-dtls",
  })
  void zshCompletes(String line, String expected) throws IOException {
    Path functions = SHARE.resolve("zsh/site-functions");
    run(List.of("zsh", "-n", functions.resolve("_adit").toString())).ok();
    Path script =
        Files.writeString(
            directory.resolve("type.zsh"),
            """
            zmodload zsh/zpty
            zpty -b shell env TERM=dumb zsh -f -i
            zpty -w shell "PS1='<P>'; unsetopt beep; fpath=(FUNCTIONS \\$fpath)"
            zpty -w shell "autoload -U compinit; compinit -u -D; adit() { :; }; echo rea''dy"
            zpty -r -m shell seen '*ready*'
            zpty -n -w shell $'LINE\\t'
            for i in {1..100}; do
              sleep 0.1
              while zpty -r -t shell piece; do all+=$piece; done
              [[ $all == *'EXPECTED'* ]] && break
            done
            print -r -- "${(V)all}"
            zpty -d shell
            """
                .replace("FUNCTIONS", functions.toString())
                .replace("LINE", line)
                .replace("EXPECTED", expected));
    String seen = run(List.of("zsh", "-f", script.toString())).ok();
    assertThat(seen).contains(expected).doesNotContain("not found").doesNotContain("error");
  }

  @Test
  void theProgramPrintsThemToo() {
    for (String shell : List.of("bash", "zsh", "fish")) {
      String text = run(List.of(AditProcess.launcher(), "completion", shell)).ok();
      assertThat(text).contains("adit").contains("protocol");
      Path file = write(shell, text);
      run(List.of(shell, "-n", file.toString())).ok();
    }
  }

  private Path write(String name, String text) {
    try {
      return Files.writeString(directory.resolve(name), text);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static Command run(List<String> argv) {
    return Command.run(Duration.ofSeconds(30), "", argv);
  }
}

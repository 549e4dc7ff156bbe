package dev.adit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.anyconnect.AnyConnectProtocol;
import dev.adit.api.ProtocolOption;
import dev.adit.api.VpnProtocol;
import dev.adit.juniper.JuniperProtocol;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Model.CommandSpec;

/** A remedy that names an option names one that there is. */
class MessagesTest {
  private static final Pattern LITERAL = Pattern.compile("\"((?:[^\"\\\\\\n]|\\\\.)*)\"");
  private static final Pattern OPTION = Pattern.compile("(?<![\\w-])--([a-z][a-z0-9-]*[a-z0-9])");

  /** Those of programs that we run. */
  private static final Set<String> OF_OTHERS =
      Set.of(
          "prio-prefix",
          "tag",
          "reuid",
          "regid",
          "init-groups",
          "clear-groups",
          "device",
          "stdin",
          "next",
          "file",
          "single");

  @Test
  void everyOptionThatATextNamesExists() throws IOException {
    Set<String> known = new HashSet<>(OF_OTHERS);
    CommandSpec.forAnnotatedObject(new ConnectOptions())
        .options()
        .forEach(o -> known.add(o.longestName().substring(2)));
    for (VpnProtocol protocol : List.of(new AnyConnectProtocol(), new JuniperProtocol())) {
      protocol.info().options().stream().map(ProtocolOption::name).forEach(known::add);
    }
    for (Subcommands.Subcommand command : Subcommands.ALL) {
      command.words().stream()
          .filter(w -> w.startsWith("--"))
          .forEach(w -> known.add(w.substring(2)));
    }
    Set<String> unknown = new TreeSet<>();
    int literals = 0;
    for (String module :
        List.of("plugin-api", "core", "plugin-anyconnect", "plugin-juniper", "dist")) {
      for (Path file : sources(Path.of("..", module, "src", "main", "java"))) {
        Matcher literal = LITERAL.matcher(Files.readString(file));
        while (literal.find()) {
          literals++;
          Matcher option = OPTION.matcher(literal.group(1));
          while (option.find()) {
            if (!known.contains(option.group(1))) {
              unknown.add(file.getFileName() + " --" + option.group(1));
            }
          }
        }
      }
    }
    assertThat(literals).isGreaterThan(1000);
    assertThat(unknown).isEmpty();
  }

  @Test
  void noTextNamesAKeyOfNestedConfiguration() throws IOException {
    Set<String> found = new TreeSet<>();
    Pattern nested = Pattern.compile("\\b(login|session|target)\\.(?!cgi)[a-z]+[A-Z]?[a-z]*");
    for (String module : List.of("core", "plugin-anyconnect", "plugin-juniper")) {
      for (Path file : sources(Path.of("..", module, "src", "main", "java"))) {
        Matcher literal = LITERAL.matcher(Files.readString(file));
        while (literal.find()) {
          if (nested.matcher(literal.group(1)).find()) {
            found.add(file.getFileName() + " " + literal.group(1));
          }
        }
      }
    }
    assertThat(found).as("configuration keys are long options, flat").isEmpty();
  }

  private static List<Path> sources(Path root) {
    try (Stream<Path> files = Files.walk(root)) {
      return files.filter(f -> f.toString().endsWith(".java")).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package dev.adit.cli;

import dev.adit.cli.Subcommands.Subcommand;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** What shells complete the command line with, from the options themselves. */
final class Completions {
  private Completions() {}

  static String bash(CommandSpec spec) {
    return AutoComplete.bash("adit", new CommandLine(Subcommands.addTo(spec)));
  }

  /**
   * zsh understands bash's once it is asked to, but for {@code compopt}. The file is the body of a
   * function that is run at the first completion, which it has to answer too.
   */
  static String zsh(CommandSpec spec) {
    return "#compdef adit\n"
        + "autoload -U +X bashcompinit && bashcompinit\n"
        + "(( $+functions[compopt] )) || compopt() { :; }\n"
        + bash(spec)
        + "\nif [[ $funcstack[1] = _adit ]]; then\n"
        + "  _bash_complete -o default -F _complete_adit\n"
        + "fi\n";
  }

  static String fish(CommandSpec spec) {
    StringBuilder text = new StringBuilder();
    for (Subcommand command : Subcommands.ALL) {
      text.append("complete -c adit -n __fish_use_subcommand -f -a ")
          .append(command.name())
          .append(" -d ")
          .append(quoted(command.help()))
          .append('\n');
      for (String word : command.words()) {
        if (!Character.isUpperCase(word.charAt(0))) {
          text.append("complete -c adit -n '__fish_seen_subcommand_from ")
              .append(command.name())
              .append("' -f ")
              .append(word.startsWith("--") ? "-l " + word.substring(2) : "-a " + word)
              .append('\n');
        }
      }
    }
    for (OptionSpec option : spec.options()) {
      text.append("complete -c adit");
      for (String name : option.names()) {
        text.append(name.startsWith("--") ? " -l " : " -s ").append(name.replaceFirst("^-+", ""));
      }
      if (option.arity().min() > 0) {
        text.append(option.paramLabel().matches("FILE|DIR|CMD|.*@FILE") ? " -r" : " -x");
      }
      text.append(" -d ").append(quoted(Manual.description(option))).append('\n');
    }
    return text.toString();
  }

  /** In fish only the quote and the backslash are special within single quotes. */
  private static String quoted(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}

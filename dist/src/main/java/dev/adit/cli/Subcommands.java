package dev.adit.cli;

import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** What there is besides {@code connect}, described for completions and for the manual. */
final class Subcommands {
  /**
   * One of them.
   *
   * @param words what may follow it, for completion; a word in capitals is a placeholder
   */
  record Subcommand(String name, String synopsis, List<String> words, String help) {}

  static final List<Subcommand> ALL =
      List.of(
          new Subcommand(
              "status",
              "status [--watch] [--json] [INTERFACE]",
              List.of("--watch", "--json", "INTERFACE"),
              "Shows running sessions: carrier, why not a better one, traffic, changes."),
          new Subcommand(
              "reconnect",
              "reconnect [--json] [INTERFACE]",
              List.of("--json", "INTERFACE"),
              "Makes running sessions connect anew at once."),
          new Subcommand(
              "disconnect",
              "disconnect [--json] [INTERFACE]",
              List.of("--json", "INTERFACE"),
              "Logs running sessions off; the network is as before."),
          new Subcommand(
              "explain",
              "explain [--json] HOST|ADDRESS",
              List.of("--json", "HOST"),
              "Says which way packets to it take and why: tunnel, route, rule, and who answers for"
                  + " the name."),
          new Subcommand(
              "plugins",
              "plugins list|info ID|verify FILE [--json] [--plugins-dir=DIR]",
              List.of("list", "info", "verify", "--json", "--plugins-dir"),
              "Shows which protocols there are, and why an archive is not usable."),
          new Subcommand(
              "config",
              "config check FILE | config schema",
              List.of("check", "schema", "FILE"),
              "Checks a configuration file, or prints the JSON Schema of it."),
          new Subcommand(
              "doctor",
              "doctor [--json] [--protocol=NAME] [--servercert=PIN] [SERVER]",
              List.of("--json"),
              "Says what this machine can do and what each lack means; tries SERVER step by step."),
          new Subcommand(
              "recover",
              "recover",
              List.of(),
              "Undoes what killed sessions left in the network; every start does so too."),
          new Subcommand(
              "gateway",
              "gateway PROTOCOL [options]",
              List.of(
                  "--listen", "--port", "--user", "--name", "--route", "--option", "--plugins-dir"),
              "Runs a plugin's own gateway, for trying things out."),
          new Subcommand(
              "demo",
              "demo",
              List.of(),
              "Tells the story of a tunnel in two network namespaces; needs root, takes a minute."),
          new Subcommand(
              "completion",
              "completion bash|zsh|fish",
              List.of("bash", "zsh", "fish"),
              "Prints what a shell completes the command line with."));

  private Subcommands() {}

  static Optional<Subcommand> named(String name) {
    return ALL.stream().filter(c -> c.name().equals(name)).findFirst();
  }

  /** Adds them all. */
  static CommandSpec addTo(CommandSpec root) {
    for (Subcommand command : ALL) {
      CommandSpec spec = CommandSpec.create().name(command.name());
      spec.usageMessage().description(command.help());
      List<String> words = command.words().stream().filter(w -> w.startsWith("-")).toList();
      for (String option : words) {
        boolean flag = option.equals("--json") || option.equals("--watch");
        spec.addOption(
            OptionSpec.builder(option)
                .type(flag ? boolean.class : String.class)
                .arity(flag ? "0" : "1")
                .build());
      }
      List<String> candidates =
          command.words().stream().filter(w -> Character.isLowerCase(w.charAt(0))).toList();
      if (!candidates.isEmpty()) {
        spec.addPositional(
            PositionalParamSpec.builder()
                .index("0")
                .type(String.class)
                .completionCandidates(candidates)
                .build());
      }
      root.addSubcommand(command.name(), spec);
    }
    return root;
  }
}

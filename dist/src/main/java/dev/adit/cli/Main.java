package dev.adit.cli;

import dev.adit.api.ProtocolOption;
import dev.adit.api.VpnProtocol;
import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.cli.Subcommands.Subcommand;
import dev.adit.core.auth.SecretSource;
import dev.adit.core.auth.TerminalText;
import dev.adit.core.host.NativeHostNetwork;
import dev.adit.core.sys.ProcessControl;
import dev.adit.core.tls.TlsEngine;
import java.nio.file.Path;
import java.security.Security;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Entry point: finds the subcommand and turns what it throws into a message and an exit code. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    // A host that roams has another resolver from one moment to the next.
    Security.setProperty("networkaddress.cache.ttl", "0");
    Security.setProperty("networkaddress.cache.negative.ttl", "0");
    System.exit(run(args).code());
  }

  static ExitCode run(String[] args) {
    List<String> words = new ArrayList<>(List.of(args));
    if (words.size() == 1 && (words.get(0).equals("--version") || words.get(0).equals("-V"))) {
      return version();
    }
    LogSetup.configure(true, 0, false);
    try {
      String first = words.isEmpty() ? "" : words.get(0);
      List<String> rest = words.isEmpty() ? words : words.subList(1, words.size());
      Optional<Subcommand> subcommand = Subcommands.named(first);
      if (subcommand.isPresent() && (rest.contains("--help") || rest.contains("-h"))) {
        System.out.println("adit " + subcommand.get().synopsis());
        System.out.println("  " + subcommand.get().help());
        return ExitCode.OK;
      }
      return switch (first) {
        case "status", "reconnect", "disconnect" -> ControlCommand.run(first, rest);
        case "plugins" -> PluginsCommand.run(rest);
        case "recover" -> recover();
        case "config" -> config(rest);
        case "explain" -> ExplainCommand.run(rest);
        case "doctor" -> DoctorCommand.run(rest);
        case "training" -> Training.run();
        case "completion" -> completion(rest);
        case "gateway" -> GatewayCommand.run(rest);
        case "demo" -> DemoCommand.run();
        case "connect" -> connect(rest);
        default -> connect(words);
      };
    } catch (VpnException e) {
      return failed(e);
    } catch (InterruptedException e) {
      return ExitCode.OK;
    }
  }

  private static ExitCode version() {
    System.out.println("adit " + Installation.VERSION + ", Java " + Runtime.version());
    return ExitCode.OK;
  }

  private static ExitCode failed(VpnException e) {
    if (e.kind() == Kind.CANCELLED) {
      return ExitCode.OK;
    }
    System.err.println("adit: " + TerminalText.clean(e.getMessage()));
    return ExitCode.of(e);
  }

  private static ExitCode recover() throws VpnException {
    int journals = NativeHostNetwork.recover(Installation.runDirectory());
    System.out.println(
        journals == 0 ? "Nothing to undo." : "Undone what " + journals + " killed sessions left.");
    return ExitCode.OK;
  }

  /** For {@code source <(adit completion bash)} and its kin. */
  private static ExitCode completion(List<String> words) throws VpnException {
    CommandSpec spec = commandLine(new ConnectOptions(), protocolOf(List.of())).getCommandSpec();
    System.out.print(
        switch (words.size() == 1 ? words.get(0) : "") {
          case "bash" -> Completions.bash(spec);
          case "zsh" -> Completions.zsh(spec);
          case "fish" -> Completions.fish(spec);
          default -> throw new VpnException(Kind.CONFIGURATION, "adit completion bash|zsh|fish");
        });
    return ExitCode.OK;
  }

  private static ExitCode config(List<String> words) throws VpnException {
    if (words.equals(List.of("schema"))) {
      VpnProtocol protocol = protocolOf(List.of());
      System.out.println(
          ConfigSchema.of(commandLine(new ConnectOptions(), protocol).getCommandSpec()));
      return ExitCode.OK;
    }
    if (words.size() == 2 && words.get(0).equals("check")) {
      checkConfig(Path.of(words.get(1)));
      System.out.println(words.get(1) + ": in order");
      return ExitCode.OK;
    }
    throw new VpnException(Kind.CONFIGURATION, "adit config check FILE | adit config schema");
  }

  /** As a connection would find it, but for the world outside. */
  private static void checkConfig(Path file) throws VpnException {
    List<String> named =
        ConfigFile.protocolIn(file).map(p -> List.of("--protocol=" + p)).orElse(List.of());
    VpnProtocol protocol = protocolOf(named, ConfigFile.pinsIn(file));
    ConnectOptions options = new ConnectOptions();
    CommandLine line = commandLine(options, protocol);
    ConfigFile config = ConfigFile.read(file, line.getCommandSpec());
    try {
      line.parseArgs(config.arguments().toArray(new String[0]));
      protocolOptions(line, protocol);
      new Choices(options).check();
    } catch (ParameterException e) {
      throw new VpnException(Kind.CONFIGURATION, file + ": " + e.getMessage(), e);
    } catch (VpnException e) {
      throw new VpnException(e.kind(), file + ": " + e.getMessage(), e);
    }
  }

  /** The file's options in front of those of the command line, except where the latter speak. */
  private static List<String> withConfig(List<String> words, ConfigFile config, CommandLine line) {
    line.parseArgs(words.toArray(new String[0]));
    List<String> all = new ArrayList<>();
    for (String argument : config.arguments()) {
      boolean overruled =
          argument.startsWith("--")
              ? line.getParseResult().hasMatchedOption(argument.replaceFirst("=.*", ""))
              : line.getParseResult().hasMatchedPositional(0)
                  || line.getParseResult().hasMatchedOption("--server");
      if (!overruled) {
        all.add(argument);
      }
    }
    all.addAll(words);
    return all;
  }

  private static ExitCode connect(List<String> said) throws VpnException, InterruptedException {
    Thread preparation = new Thread(TlsEngine::prepare, "preparation");
    preparation.setDaemon(true);
    preparation.start();
    ConnectOptions options = new ConnectOptions();
    List<String> given = Words.withBareValues(said);
    List<String> words = given;
    Map<String, SecretSource> secrets = Map.of();
    ConnectOptions scanned = scan(given);
    Path file = scanned.running.config;
    Map<String, String> pins = Background.inheritedPins();
    if (file != null) {
      pins = ConfigFile.pinsIn(file);
      Optional<String> named = ConfigFile.protocolIn(file);
      List<String> before = new ArrayList<>(given);
      named.ifPresent(p -> before.add(0, "--protocol=" + p));
      VpnProtocol protocol = protocolOf(scanned.protocolGiven() ? given : before, pins);
      ConfigFile config =
          ConfigFile.read(file, commandLine(new ConnectOptions(), protocol).getCommandSpec());
      try {
        words = withConfig(given, config, commandLine(new ConnectOptions(), protocol));
      } catch (ParameterException e) {
        // Said by the parse below.
      }
      secrets = config.secrets();
      scanned = scan(words);
    }
    VpnProtocol protocol = protocolOf(scanned, pins);
    CommandLine line = commandLine(options, protocol);
    try {
      line.parseArgs(words.toArray(new String[0]));
    } catch (UnmatchedArgumentException e) {
      throw Words.unknown(e.getUnmatched().get(0), line.getCommandSpec());
    } catch (ParameterException e) {
      throw new VpnException(Kind.CONFIGURATION, e.getMessage() + "; adit --help tells more", e);
    }
    if (line.isVersionHelpRequested()) {
      return version();
    }
    if (line.isUsageHelpRequested() || words.isEmpty()) {
      line.usage(
          System.out,
          ProcessControl.isTerminal(1) && System.getenv("NO_COLOR") == null ? Ansi.ON : Ansi.OFF);
      return ExitCode.OK;
    }
    ProcessControl.keepMemoryPrivate();
    LogSetup.configure(
        options.running.quiet, options.running.verbose.length, options.running.timestamp);
    return new ConnectCommand(
            options,
            protocol,
            protocolOptions(line, protocol),
            secrets,
            pins,
            Words.forChild(line.getParseResult()))
        .run();
  }

  /** What can be made out of the words without knowing the protocol's own options. */
  private static ConnectOptions scan(List<String> words) {
    ConnectOptions scan = new ConnectOptions();
    CommandLine line =
        new CommandLine(scan).setUnmatchedArgumentsAllowed(true).setExpandAtFiles(false);
    line.setUnmatchedOptionsArePositionalParams(false);
    try {
      line.parseArgs(words.toArray(new String[0]));
    } catch (ParameterException e) {
      // Said better by the real parse; what was read until here may do.
    }
    return scan;
  }

  /** The plugin has to be known before its options can be: its name is looked for first. */
  private static VpnProtocol protocolOf(List<String> words) throws VpnException {
    return protocolOf(words, Map.of());
  }

  private static VpnProtocol protocolOf(List<String> words, Map<String, String> pins)
      throws VpnException {
    return protocolOf(scan(words), pins);
  }

  private static VpnProtocol protocolOf(ConnectOptions scan, Map<String, String> pins)
      throws VpnException {
    return Installation.plugins(scan.target.pluginsDirs, pins).protocol(scan.protocol());
  }

  private static CommandLine commandLine(ConnectOptions options, VpnProtocol protocol) {
    CommandSpec spec = CommandSpec.forAnnotatedObject(options);
    spec.name("adit");
    spec.usageMessage()
        .synopsisHeading("")
        .customSynopsis(
            "adit [connect] [--protocol=P] [options] SERVER",
            "adit status|reconnect|disconnect [--watch] [--json] [INTERFACE]",
            "adit plugins list|info ID|verify FILE",
            "adit config check FILE | adit config schema",
            "adit doctor [--json] [SERVER]  | adit recover",
            "adit gateway PROTOCOL | adit demo | adit completion bash|zsh|fish")
        .header("Connects to a company network behind an SSL-VPN gateway.%n")
        .sortOptions(false)
        .width(80)
        .autoWidth(false);
    for (ProtocolOption option : protocol.info().options()) {
      OptionSpec.Builder builder =
          OptionSpec.builder("--" + option.name())
              .description(option.help() + " (" + protocol.info().id() + ")");
      if (option.type() == ProtocolOption.Type.FLAG) {
        builder.type(boolean.class).arity("0");
      } else {
        builder.type(String.class).paramLabel(option.argument()).arity("1");
      }
      spec.addOption(builder.build());
    }
    // "-p @FILE" names a file that we read; the parser would put its words in the place.
    return new CommandLine(spec).setExpandAtFiles(false);
  }

  private static Map<String, String> protocolOptions(CommandLine line, VpnProtocol protocol)
      throws VpnException {
    Map<String, String> values = new HashMap<>();
    for (ProtocolOption option : protocol.info().options()) {
      Object value = line.getParseResult().matchedOptionValue("--" + option.name(), null);
      if (value == null) {
        continue;
      }
      String text = value.toString();
      if (option.type() == ProtocolOption.Type.CHOICE && !option.choices().contains(text)) {
        throw Choices.wrong("--" + option.name(), text, String.join(", ", option.choices()));
      }
      if (option.type() == ProtocolOption.Type.INTEGER && !text.matches("-?\\d{1,9}")) {
        throw Choices.wrong("--" + option.name(), text, "a number");
      }
      values.put(option.name(), text);
    }
    return values;
  }
}

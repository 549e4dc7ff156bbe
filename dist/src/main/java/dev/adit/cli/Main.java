package dev.adit.cli;

import dev.adit.api.ProtocolOption;
import dev.adit.api.VpnProtocol;
import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.core.auth.TerminalText;
import dev.adit.core.host.NativeHostNetwork;
import dev.adit.core.sys.ProcessControl;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
    System.exit(run(args).code());
  }

  static ExitCode run(String[] args) {
    List<String> words = new ArrayList<>(List.of(args));
    if (words.size() == 1 && (words.get(0).equals("--version") || words.get(0).equals("-V"))) {
      System.out.println("adit " + Installation.VERSION + ", Java " + Runtime.version());
      return ExitCode.OK;
    }
    LogSetup.configure(true, 0, false);
    try {
      String first = words.isEmpty() ? "" : words.get(0);
      List<String> rest = words.isEmpty() ? words : words.subList(1, words.size());
      return switch (first) {
        case "status", "reconnect", "disconnect" -> ControlCommand.run(first, rest);
        case "plugins" -> PluginsCommand.run(rest);
        case "recover" -> recover();
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

  private static ExitCode connect(List<String> words) throws VpnException, InterruptedException {
    ConnectOptions options = new ConnectOptions();
    VpnProtocol protocol = protocolOf(words);
    CommandLine line = commandLine(options, protocol);
    try {
      line.parseArgs(words.toArray(new String[0]));
    } catch (UnmatchedArgumentException e) {
      List<String> near = e.getSuggestions();
      throw new VpnException(
          Kind.CONFIGURATION,
          e.getMessage()
              + (near.isEmpty() ? "" : "; did you mean " + String.join(" or ", near) + "?"));
    } catch (ParameterException e) {
      throw new VpnException(Kind.CONFIGURATION, e.getMessage() + "; adit --help tells more", e);
    }
    if (line.isUsageHelpRequested() || words.isEmpty()) {
      line.usage(
          System.out,
          ProcessControl.isTerminal(1) && System.getenv("NO_COLOR") == null ? Ansi.ON : Ansi.OFF);
      return ExitCode.OK;
    }
    ProcessControl.keepMemoryPrivate();
    LogSetup.configure(
        options.process.quiet, options.process.verbose.length, options.process.timestamp);
    return new ConnectCommand(options, protocol, protocolOptions(line, protocol)).run();
  }

  /** The plugin has to be known before its options can be: its name is looked for first. */
  private static VpnProtocol protocolOf(List<String> words) throws VpnException {
    ConnectOptions scan = new ConnectOptions();
    CommandLine line = new CommandLine(scan).setUnmatchedArgumentsAllowed(true);
    line.setUnmatchedOptionsArePositionalParams(false);
    try {
      line.parseArgs(words.toArray(new String[0]));
    } catch (ParameterException e) {
      // Said better by the real parse; the protocol may be there all the same.
    }
    String name = scan.target.juniper ? "nc" : scan.target.protocol;
    return Installation.plugins(scan.target.pluginsDirs).protocol(name);
  }

  private static CommandLine commandLine(ConnectOptions options, VpnProtocol protocol) {
    CommandSpec spec = CommandSpec.forAnnotatedObject(options);
    spec.name("adit");
    spec.usageMessage()
        .synopsisHeading("")
        .customSynopsis(
            "adit [connect] [--protocol=P] [options] SERVER",
            "adit status|reconnect|disconnect [--json] [INTERFACE]",
            "adit plugins list|info ID|verify FILE",
            "adit recover | adit demo | adit gateway PROTOCOL")
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
    return new CommandLine(spec);
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

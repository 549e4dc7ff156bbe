package dev.adit.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.adit.api.ProtocolOption;
import dev.adit.api.VpnProtocol;
import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.core.plugin.PluginEntry;
import dev.adit.core.plugin.PluginHost;
import dev.adit.core.plugin.PluginPolicy;
import dev.adit.core.plugin.PluginProblem;
import dev.adit.core.sys.ProcessControl;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** {@code adit plugins list|info ID|verify FILE [--json] [--plugins-dir DIR]}. */
final class PluginsCommand {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final boolean json;
  private final List<Path> directories = new ArrayList<>();
  private final List<String> words = new ArrayList<>();

  private PluginsCommand(List<String> arguments) throws VpnException {
    boolean asJson = false;
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      if (argument.equals("--json")) {
        asJson = true;
      } else if (argument.startsWith("--plugins-dir=")) {
        directories.add(Path.of(argument.substring(14)));
      } else if (argument.equals("--plugins-dir") && i + 1 < arguments.size()) {
        directories.add(Path.of(arguments.get(++i)));
      } else if (argument.startsWith("-")) {
        throw usage();
      } else {
        words.add(argument);
      }
    }
    json = asJson;
  }

  static ExitCode run(List<String> arguments) throws VpnException {
    return new PluginsCommand(arguments).run();
  }

  private ExitCode run() throws VpnException {
    String what = words.isEmpty() ? "list" : words.get(0);
    if (what.equals("list") && words.size() <= 1) {
      return list();
    }
    if (words.size() != 2) {
      throw usage();
    }
    return switch (what) {
      case "info" -> info(words.get(1));
      case "verify" -> verify(Path.of(words.get(1)));
      default -> throw usage();
    };
  }

  private ExitCode list() {
    PluginHost host = Installation.plugins(directories);
    if (json) {
      ArrayNode all = JSON.createArrayNode();
      host.entries().forEach(e -> all.add(node(e)));
      for (PluginProblem problem : host.problems()) {
        all.addObject()
            .put("archive", problem.archive().toString())
            .put("problem", problem.reason());
      }
      System.out.println(all);
      return ExitCode.OK;
    }
    for (PluginEntry e : host.entries()) {
      System.out.printf(
          "%-14s %-10s --protocol=%s%n", e.id(), e.version(), String.join("|", e.protocols()));
    }
    for (PluginProblem problem : host.problems()) {
      System.out.println("not usable: " + problem);
    }
    return ExitCode.OK;
  }

  private ExitCode info(String id) throws VpnException {
    PluginHost host = Installation.plugins(directories);
    PluginEntry entry =
        host.entries().stream()
            .filter(e -> e.id().equals(id) || e.protocols().contains(id))
            .findFirst()
            .orElseThrow(() -> new VpnException(Kind.PLUGIN, "no plugin \"" + id + "\""));
    VpnProtocol protocol = host.protocol(entry.protocols().get(0));
    if (json) {
      System.out.println(node(entry).put("description", protocol.info().description()));
      return ExitCode.OK;
    }
    System.out.printf(
        "%s %s: %s%n  archive    %s%n  interface  %s%n  protocols  %s, port %d%n",
        entry.id(),
        entry.version(),
        protocol.info().description(),
        entry.archive(),
        entry.spi(),
        String.join(", ", entry.protocols()),
        protocol.info().defaultPort());
    for (ProtocolOption option : protocol.info().options()) {
      System.out.printf("  --%-16s %s%n", option.name(), option.help());
    }
    return ExitCode.OK;
  }

  private ExitCode verify(Path archive) throws VpnException {
    PluginEntry entry =
        PluginHost.verify(archive, new PluginPolicy(ProcessControl.isRoot(), Map.of()));
    System.out.println(
        json ? node(entry) : archive + ": " + entry.id() + " " + entry.version() + " is in order");
    return ExitCode.OK;
  }

  private static ObjectNode node(PluginEntry entry) {
    ObjectNode node =
        JSON.createObjectNode()
            .put("id", entry.id())
            .put("version", entry.version())
            .put("spi", entry.spi().toString())
            .put("archive", entry.archive().toString());
    entry.protocols().forEach(node.putArray("protocols")::add);
    return node;
  }

  private static VpnException usage() {
    return new VpnException(
        Kind.CONFIGURATION, "adit plugins list|info ID|verify FILE [--json] [--plugins-dir DIR]");
  }
}

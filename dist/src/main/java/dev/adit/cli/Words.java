package dev.adit.cli;

import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.core.plugin.NearMiss;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** Words of a command line, before the parser has them and after. */
final class Words {
  /**
   * Options whose value may only be joined to them by {@code =}, with the value that they have
   * alone. The parser would take the next word: {@code --authenticate vpn.example.com}.
   */
  private static final Map<String, String> BARE =
      Map.of("--authenticate", "shell", "--tcp-keepalive", "20");

  /** Done by the parent, or handed over by a pipe. */
  private static final Set<String> NOT_FOR_A_CHILD =
      Set.of(
          "--background",
          "--config",
          "--cookie",
          "--cookie-on-stdin",
          "--form-entry",
          "--key-password",
          "--mca-certificate",
          "--mca-key",
          "--mca-key-password",
          "--passwd-on-stdin",
          "--printcookie",
          "--proxy",
          "--token-mode",
          "--token-secret");

  private Words() {}

  static List<String> withBareValues(List<String> words) {
    List<String> all = new ArrayList<>(words);
    int end = all.contains("--") ? all.indexOf("--") : all.size();
    for (int i = 0; i < end; i++) {
      String value = BARE.get(all.get(i));
      if (value != null) {
        all.set(i, all.get(i) + "=" + value);
      }
    }
    return all;
  }

  /** What to say to a word that means nothing here; its value, if any, may be a secret. */
  static VpnException unknown(String word, CommandSpec spec) {
    String name = word.replaceFirst("=.*", "");
    String message;
    if (!name.startsWith("-")) {
      message =
          Subcommands.ALL.stream().anyMatch(c -> c.name().equals(name))
              ? "the subcommand " + name + " has to be the first word"
              : "one server is enough; what is \"" + name + "\"?";
    } else {
      message =
          NearMiss.of(
                  name, spec.optionsMap().keySet().stream().filter(o -> o.length() > 2).toList())
              .map(near -> "unknown option " + name + "; did you mean " + near + "?")
              .orElse("unknown option " + name + "; adit --help lists all");
    }
    return new VpnException(Kind.CONFIGURATION, message);
  }

  /**
   * The same options for the process that goes to the background, those of a configuration file
   * included; secrets, and what its parent has done, left out.
   */
  static List<String> forChild(ParseResult parsed) {
    List<String> words = new ArrayList<>();
    for (OptionSpec option : new LinkedHashSet<>(parsed.matchedOptions())) {
      String name = option.longestName();
      if (NOT_FOR_A_CHILD.contains(name)) {
        continue;
      }
      List<String> values = option.originalStringValues();
      if (option.arity().max() == 0) {
        int times = option.getValue() instanceof boolean[] each ? each.length : 1;
        words.addAll(Collections.nCopies(times, name));
      } else {
        values.forEach(v -> words.add(name + "=" + v));
      }
    }
    if (parsed.hasMatchedPositional(0)) {
      words.addAll(parsed.matchedPositional(0).originalStringValues());
    }
    return words;
  }
}

package dev.adit.cli;

import dev.adit.cli.Subcommands.Subcommand;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The manual's pages in the language of man(7), from the options themselves. */
final class Manual {
  /** Help of a key that is no option. */
  static final String PINS =
      "{\"PLUGIN\": \"sha256:...\"}: SHA-256 of each plugin's archive that is let in, by the"
          + " plugin's id; no other is loaded. In JSON alone.";

  private static final String DATE = "2026-11-24";

  private final StringBuilder text = new StringBuilder();

  private Manual() {}

  /** {@code adit(1)}. */
  static String command(CommandSpec spec) {
    Manual page = new Manual();
    page.head("ADIT", 1, "adit", "connects to a company network behind an SSL-VPN gateway");
    page.section("SYNOPSIS");
    page.synopsis("[connect] [--protocol=P] [options] SERVER");
    Subcommands.ALL.forEach(c -> page.synopsis(c.synopsis()));
    page.section("DESCRIPTION");
    page.paragraph(
        "adit logs in to a gateway, opens a tunnel through it and stays until it is told to leave."
            + " Which language the gateway speaks is a plugin's business; \"adit plugins list\""
            + " shows those that there are. Options that OpenConnect has keep its spelling and its"
            + " meaning.");
    page.paragraph(
        "Standard output is data, standard error is the log. Questions are asked at the terminal,"
            + " whatever standard input and output are.");
    page.section("SUBCOMMANDS");
    for (Subcommand command : Subcommands.ALL) {
      page.item(command.synopsis(), command.help());
    }
    page.section("OPTIONS");
    page.paragraph(
        "These are common to all protocols; \"adit --protocol=P --help\" shows those of one.");
    groups(spec)
        .forEach(
            (title, options) -> {
              page.subsection(title);
              options.forEach(o -> page.item(synopsis(o), description(o)));
            });
    page.section("SINGLE SIGN-ON");
    page.paragraph(
        "Some gateways want a part of the log-in done in a browser. --external-browser says in which"
            + " one; --no-external-auth offers none. Programs are found by PATH and run without a"
            + " shell. What the browser brings back is in no log, no event and no argument.");
    page.item(
        "external",
        "The desktop's own browser, by xdg-open. Without a desktop the same as remote, if there is"
            + " a terminal.");
    page.item(
        "PROGRAM",
        "Is given the URL as its only argument. The browser brings the answer to a port of this"
            + " host, on 127.0.0.1 and ::1, which is open before the program starts. An exit code"
            + " other than 0 ends the log-in.");
    page.item(
        "exec:PROGRAM",
        "Reads one JSON object from standard input: \"version\" (1), \"url\", \"timeout-seconds\","
            + " and either \"listener\", the beginning of the address that the browser ends at, or"
            + " \"cookie\" with \"error-cookie\" and \"final-url\", the cookie to read out. Writes"
            + " {\"answer\": \"TEXT\"}, that address or the cookie's value, or {\"error\":"
            + " \"TEXT\"} to standard output, at most 64 KiB, and ends with 0. With a listener it may"
            + " let the browser go there and write nothing.");
    page.item(
        "remote",
        "Shows the URL, to be opened on any machine, and takes the answer pasted at the terminal:"
            + " the address that the browser ends at and cannot show, or the cookie's value. Without"
            + " a terminal both go by standard error and standard input.");
    page.section("HTTP AUTHENTICATION");
    page.paragraph(
        "A gateway may ask by HTTP itself instead of by forms. Of what it offers, the first in this"
            + " order that is allowed and succeeds is used: negotiate, ntlm, digest, basic. Without"
            + " --http-auth basic is not allowed. User name and password are those of --user and"
            + " --passwd-on-stdin, the configuration, or a person's.");
    page.item(
        "negotiate",
        "Kerberos, by the ticket that kinit got; nobody is asked. The ticket is read from the file"
            + " that KRB5CCNAME=FILE:PATH names, or from the usual one of the user that adit runs"
            + " as, which under sudo is root; other kinds of caches are not read. KRB5_CONFIG names"
            + " another krb5.conf.");
    page.item("ntlm", "Its second version alone; the user may be DOMAIN\\NAME.");
    page.item("basic", "Shows the password to the gateway, so it has to be named.");
    page.item(
        "Bearer",
        "Is no scheme of --http-auth: --token-mode=oidc shows the token of --token-secret to a"
            + " gateway that wants one.");
    page.section("EXIT STATUS");
    for (ExitCode code : ExitCode.values()) {
      page.item(String.valueOf(code.code()), code.meaning());
    }
    page.section("SIGNALS");
    page.item("INT, TERM", "Log off and restore the network.");
    page.item("HUP", "Leave without logging off: the cookie stays good.");
    page.item("USR1", "Write statistics to the log.");
    page.item("USR2", "Connect anew at once.");
    page.section("FILES");
    page.item("/run/adit", "Journals of changes to the network, and sockets of running sessions.");
    page.item("/usr/lib/adit/plugins", "Plugins, besides those of the program's own tree.");
    page.section("SEE ALSO");
    page.paragraph("adit-config(5), openconnect(8)");
    return page.text.toString();
  }

  /** {@code adit-config(5)}. */
  static String config(CommandSpec spec) {
    Manual page = new Manual();
    page.head("ADIT-CONFIG", 5, "adit-config", "configuration file of adit");
    page.section("DESCRIPTION");
    page.paragraph(
        "A file for --config is one JSON object. Its keys are the long options without hyphens; a"
            + " flag is true or false, a repeatable option a list. \"version\": 1 is required;"
            + " \"server\" names the gateway. An unknown key, a wrong type or a key said twice is"
            + " an error that names file, line, column and place. What the command line says wins."
            + " \"adit config check FILE\" tries a file, \"adit config schema\" prints a JSON"
            + " Schema.");
    page.paragraph(
        "A file that does not begin with a brace is read as OpenConnect's form: one long option a"
            + " line, with its value behind \"=\" or a space.");
    page.section("SECRETS");
    page.paragraph(
        "The keys "
            + String.join(", ", ConfigFile.SECRET_KEYS.stream().sorted().toList())
            + " hold secrets and take a reference. A secret itself may stand there only if nobody"
            + " but its owner can read the file.");
    page.item("{\"env\": \"NAME\"}", "An environment variable.");
    page.item("{\"file\": \"PATH\"}", "The first line of a file.");
    page.item(
        "{\"exec\": [\"PROGRAM\", \"ARGUMENT\"]}",
        "The first line that a program prints; run without a shell.");
    page.item("{\"credential\": \"NAME\"}", "A systemd credential (LoadCredential=).");
    page.item("{\"prompt\": \"LABEL\"}", "A question at the terminal.");
    page.section("EXAMPLE");
    page.example(
        """
        {
          "version": 1,
          "server": "vpn.example.com",
          "protocol": "anyconnect",
          "user": "alice",
          "password": {"credential": "vpn-password"},
          "authgroup": "Staff",
          "reconnect-timeout": 600,
          "cafile": ["/etc/ssl/company.pem"]
        }
        """);
    page.section("KEYS");
    page.item("version", "1, the version of this format.");
    page.item("server", "Host, HOST:PORT, or https URL.");
    ConfigFile.OWN_SECRETS.forEach(page::item);
    page.item(ConfigFile.PINS_KEY, PINS);
    groups(spec)
        .values()
        .forEach(
            options ->
                options.stream()
                    .filter(o -> ConfigFile.isKey(key(o)))
                    .forEach(o -> page.item(key(o), description(o))));
    page.section("SEE ALSO");
    page.paragraph("adit(1)");
    return page.text.toString();
  }

  /** Help of an option as plain text. */
  static String description(OptionSpec option) {
    return String.join(" ", option.description())
        .replace("${DEFAULT-VALUE}", String.valueOf(option.defaultValue()))
        .replace("%%", "%");
  }

  private static Map<String, List<OptionSpec>> groups(CommandSpec spec) {
    Map<String, List<OptionSpec>> all = new LinkedHashMap<>();
    for (ArgGroupSpec group : spec.argGroups()) {
      all.put(String.valueOf(group.heading()).replace("%n", ""), group.allOptionsNested());
    }
    return all;
  }

  private static String key(OptionSpec option) {
    return option.longestName().substring(2);
  }

  private static String synopsis(OptionSpec option) {
    String names = String.join(", ", Arrays.asList(option.names()));
    if (option.arity().max() == 0) {
      return names;
    }
    return names
        + (option.arity().min() == 0
            ? "[=" + option.paramLabel() + "]"
            : "=" + option.paramLabel());
  }

  private void head(String title, int section, String name, String what) {
    line(".TH " + title + " " + section + " " + DATE + " \"adit " + Installation.VERSION + "\"");
    section("NAME");
    line(escaped(name) + " \\- " + escaped(what));
  }

  private void section(String title) {
    line(".SH " + title);
  }

  private void subsection(String title) {
    line(".SS " + escaped(title));
  }

  private void paragraph(String words) {
    line(".PP");
    line(escaped(words));
  }

  private void synopsis(String words) {
    line(".B adit");
    line(escaped(words));
    line(".br");
  }

  private void item(String term, String words) {
    line(".TP");
    line("\\fB" + escaped(term) + "\\fR");
    line(escaped(words));
  }

  private void example(String lines) {
    line(".nf");
    lines.lines().forEach(l -> line(escaped(l)));
    line(".fi");
  }

  private void line(String line) {
    text.append(line).append('\n');
  }

  /** Backslashes, hyphens that are to stay hyphens, and dots that begin a line. */
  private static String escaped(String words) {
    String plain = words.replace("\\", "\\e").replace("-", "\\-");
    return plain.startsWith(".") || plain.startsWith("'") ? "\\&" + plain : plain;
  }
}

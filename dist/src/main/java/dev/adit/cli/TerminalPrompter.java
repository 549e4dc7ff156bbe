package dev.adit.cli;

import dev.adit.api.error.AuthenticationException;
import dev.adit.api.error.VpnException;
import dev.adit.api.secret.SecretText;
import dev.adit.core.auth.Prompter;
import dev.adit.core.sys.ProcessControl;
import java.io.Console;

/** A person at the terminal, if there is one. Questions go to the terminal, never to stdout. */
final class TerminalPrompter implements Prompter {
  private final boolean interactive;

  TerminalPrompter(boolean interactive) {
    this.interactive = interactive;
  }

  @Override
  public boolean available() {
    return interactive && ProcessControl.isTerminal(0) && System.console() != null;
  }

  @Override
  public String line(String label, String preset) throws VpnException {
    String shown = preset.isEmpty() ? label + ": " : label + " [" + preset + "]: ";
    String line = console().readLine("%s", shown);
    if (line == null) {
      throw ended(label);
    }
    return line.isEmpty() ? preset : line;
  }

  @Override
  public SecretText hidden(String label) throws VpnException {
    char[] typed = console().readPassword("%s: ", label);
    if (typed == null) {
      throw ended(label);
    }
    return SecretText.owning(typed);
  }

  @Override
  public void show(String text) {
    System.err.println(text);
  }

  private static Console console() throws VpnException {
    Console console = System.console();
    if (console == null) {
      throw new AuthenticationException("there is no terminal to ask at");
    }
    return console;
  }

  private static VpnException ended(String label) {
    return new AuthenticationException("the input ended at the question \"" + label + "\"");
  }
}

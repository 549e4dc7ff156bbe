package dev.adit.cli;

import dev.adit.api.error.AuthenticationException;
import dev.adit.api.error.VpnException;
import dev.adit.api.secret.SecretText;
import dev.adit.core.auth.Prompter;
import dev.adit.core.sys.ControllingTerminal;
import dev.adit.core.sys.ControllingTerminal.Echo;
import java.util.Optional;

/**
 * A person at the terminal, if there is one. Questions and answers go by {@code /dev/tty}: stdin
 * may hold a password, and stdout is data.
 */
final class TerminalPrompter implements Prompter {
  private final boolean interactive;

  TerminalPrompter(boolean interactive) {
    this.interactive = interactive;
  }

  @Override
  public boolean available() {
    Optional<ControllingTerminal> terminal =
        interactive ? ControllingTerminal.open() : Optional.empty();
    terminal.ifPresent(ControllingTerminal::close);
    return terminal.isPresent();
  }

  @Override
  public String line(String label, String preset) throws VpnException, InterruptedException {
    String shown = preset.isEmpty() ? label + ": " : label + " [" + preset + "]: ";
    try (SecretText typed = ask(shown, label, Echo.SHOWN)) {
      return typed.isEmpty() ? preset : typed.reveal();
    }
  }

  @Override
  public SecretText hidden(String label) throws VpnException, InterruptedException {
    return ask(label + ": ", label, Echo.HIDDEN);
  }

  @Override
  public void show(String text) {
    ControllingTerminal.open()
        .ifPresent(
            terminal -> {
              terminal.write(text + "\n");
              terminal.close();
            });
  }

  private SecretText ask(String shown, String label, Echo echo)
      throws VpnException, InterruptedException {
    if (!interactive) {
      throw nobody(label);
    }
    try (ControllingTerminal terminal =
        ControllingTerminal.open().orElseThrow(() -> nobody(label))) {
      return terminal
          .ask(shown, echo)
          .orElseThrow(
              () ->
                  new AuthenticationException("the input ended at the question \"" + label + "\""));
    }
  }

  private AuthenticationException nobody(String label) {
    return new AuthenticationException(
        "nobody can be asked for \""
            + label
            + "\": "
            + (interactive ? "this process has no terminal" : "--non-inter forbids it"));
  }
}

package dev.adit.cli;

import dev.adit.api.error.VpnException;
import dev.adit.api.secret.SecretText;
import dev.adit.core.auth.Prompter;

/**
 * Another program in the place of a person, who is not there: it reads standard error and writes
 * standard input, a line for each answer. Asked only where the user said so.
 */
final class PipePrompter implements Prompter {
  @Override
  public boolean available() {
    return false;
  }

  @Override
  public String line(String label, String preset) throws VpnException {
    try (SecretText line = hidden(label)) {
      return line.isEmpty() ? preset : line.reveal();
    }
  }

  @Override
  public SecretText hidden(String label) throws VpnException {
    System.err.println(label + ":");
    return StandardInput.line(System.in, label);
  }

  @Override
  public void show(String text) {
    System.err.println(text);
  }
}

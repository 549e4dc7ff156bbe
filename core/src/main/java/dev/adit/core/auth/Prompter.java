package dev.adit.core.auth;

import dev.adit.api.error.VpnException;
import dev.adit.api.secret.SecretText;

/** A person, if there is one. What is passed in has been cleaned. */
public interface Prompter {
  /** Whether somebody can be asked. */
  boolean available();

  /**
   * Asks for a line.
   *
   * @param preset what an empty line means; may be empty
   * @throws VpnException input ended, or nobody is there
   */
  String line(String label, String preset) throws VpnException, InterruptedException;

  /** Asks for a line that is not shown. */
  SecretText hidden(String label) throws VpnException, InterruptedException;

  /** Shows text above the next question. */
  void show(String text);
}

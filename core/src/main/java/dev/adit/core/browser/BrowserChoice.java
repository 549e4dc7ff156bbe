package dev.adit.core.browser;

import dev.adit.api.error.VpnException;
import java.util.Optional;

/**
 * Which browser the user wants.
 *
 * @param program resolved by {@code PATH}; empty for a kind without one
 */
public record BrowserChoice(Kind kind, String program) {
  /** How a browser is come by. */
  public enum Kind {
    /** The desktop's own, or by hand where there is no desktop. */
    DESKTOP,
    /** A program that is given the URL. */
    PROGRAM,
    /** A program that answers in JSON. */
    EXEC,
    /** Any browser anywhere; a person carries the answer. */
    REMOTE,
    /** None at all. */
    NONE
  }

  public static final BrowserChoice DESKTOP = new BrowserChoice(Kind.DESKTOP, "");
  public static final BrowserChoice NONE = new BrowserChoice(Kind.NONE, "");

  private static final String EXEC = "exec:";

  /** From the value of {@code --external-browser}, empty if it was not given. */
  public static BrowserChoice parse(Optional<String> option) throws VpnException {
    if (option.isEmpty() || option.get().equals("external")) {
      return DESKTOP;
    }
    String text = option.get();
    if (text.equals("remote")) {
      return new BrowserChoice(Kind.REMOTE, "");
    }
    boolean exec = text.startsWith(EXEC);
    String program = exec ? text.substring(EXEC.length()) : text;
    if (program.isBlank()) {
      throw new VpnException(
          VpnException.Kind.CONFIGURATION,
          "--external-browser \""
              + text
              + "\": expected PROGRAM, exec:PROGRAM, remote or external");
    }
    return new BrowserChoice(exec ? Kind.EXEC : Kind.PROGRAM, program);
  }
}

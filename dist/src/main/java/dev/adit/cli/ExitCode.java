package dev.adit.cli;

import dev.adit.api.error.VpnException;

/**
 * What the process ends with. 0, 1 and 2 are OpenConnect's; the others tell a script what to do
 * next.
 */
public enum ExitCode {
  OK(0, "clean end: logged off, detached, or the data asked for was printed"),
  FAILURE(1, "any other failure"),
  SESSION_REFUSED(2, "the session cookie was refused or has expired"),
  AUTHENTICATION(10, "authentication failed"),
  UNTRUSTED_SERVER(11, "the server's certificate is not trusted"),
  UNREACHABLE(12, "the gateway cannot be reached"),
  CONFIGURATION(13, "an option or the configuration is wrong"),
  PRIVILEGE(14, "a privilege or a kernel feature is missing"),
  PLUGIN(15, "a plugin is missing or refused"),
  HOST_CHECK(16, "the host check failed");

  private final int code;
  private final String meaning;

  ExitCode(int code, String meaning) {
    this.code = code;
    this.meaning = meaning;
  }

  public int code() {
    return code;
  }

  /** One line for the manual. */
  public String meaning() {
    return meaning;
  }

  /** What another process of ours ended with. */
  static ExitCode of(int code) {
    for (ExitCode known : values()) {
      if (known.code == code) {
        return known;
      }
    }
    return FAILURE;
  }

  /** The code that an error ends the process with. */
  public static ExitCode of(VpnException error) {
    return of(error.kind());
  }

  /** The code of a kind of error; a new kind does not compile until it has one. */
  public static ExitCode of(VpnException.Kind kind) {
    return switch (kind) {
      case CANCELLED -> OK;
      case OTHER, PEER_VIOLATION -> FAILURE;
      case SESSION_REFUSED -> SESSION_REFUSED;
      case AUTHENTICATION -> AUTHENTICATION;
      case UNTRUSTED_SERVER -> UNTRUSTED_SERVER;
      case UNREACHABLE -> UNREACHABLE;
      case CONFIGURATION -> CONFIGURATION;
      case PRIVILEGE -> PRIVILEGE;
      case PLUGIN -> PLUGIN;
      case HOST_CHECK -> HOST_CHECK;
    };
  }
}

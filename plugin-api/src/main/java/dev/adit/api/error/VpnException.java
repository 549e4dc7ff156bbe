package dev.adit.api.error;

import org.jspecify.annotations.Nullable;

/**
 * Something went wrong that is nobody's programming error. The message names the thing, the value
 * and the remedy; it never holds a secret. {@link #kind} decides the exit code.
 */
public class VpnException extends Exception {
  private static final long serialVersionUID = 1L;

  /** What the caller, and in the end the user, can do about it. */
  public enum Kind {
    /** None of the others. */
    OTHER,
    /** The session secret was refused or has expired: log in again. */
    SESSION_REFUSED,
    /** Wrong or missing credentials. */
    AUTHENTICATION,
    /** The server's certificate is not trusted. */
    UNTRUSTED_SERVER,
    /** The server cannot be reached, or does not answer as such a server would. */
    UNREACHABLE,
    /** An option or the configuration is wrong. */
    CONFIGURATION,
    /** A privilege or a kernel feature is missing. */
    PRIVILEGE,
    /** A plugin is missing or refused. */
    PLUGIN,
    /** The server demands a host check that failed or cannot be done. */
    HOST_CHECK,
    /** The peer broke a rule of its protocol. */
    PEER_VIOLATION,
    /** The user, or a signal, ended it. */
    CANCELLED
  }

  private final Kind kind;

  public VpnException(Kind kind, String message) {
    this(kind, message, null);
  }

  public VpnException(Kind kind, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  /** Never null. */
  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }

  public Kind kind() {
    return kind;
  }
}

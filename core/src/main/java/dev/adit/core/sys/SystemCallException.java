package dev.adit.core.sys;

import dev.adit.api.error.VpnException;

/** A system call failed: which, on what, why, and what mends it. */
public final class SystemCallException extends VpnException {
  private static final long serialVersionUID = 1L;

  private final String call;
  private final Errno errno;

  public SystemCallException(String call, String object, Errno errno) {
    this(call, object, errno, "");
  }

  /**
   * @param remedy what to do about it, or empty
   */
  public SystemCallException(String call, String object, Errno errno, String remedy) {
    super(
        kindOf(errno),
        object
            + ": "
            + errno.words()
            + " ("
            + call
            + ": "
            + errno
            + ")"
            + (remedy.isEmpty() ? "" : "; " + remedy));
    this.call = call;
    this.errno = errno;
  }

  /** With {@code errno} of the last call of this thread. */
  static SystemCallException last(String call, String object) {
    return new SystemCallException(call, object, LibC.errno());
  }

  public String call() {
    return call;
  }

  public Errno errno() {
    return errno;
  }

  private static Kind kindOf(Errno errno) {
    return switch (errno) {
      case EPERM, EACCES -> Kind.PRIVILEGE;
      case ECONNREFUSED, EHOSTUNREACH, ENETUNREACH, ETIMEDOUT, ECONNRESET, ENETDOWN ->
          Kind.UNREACHABLE;
      default -> Kind.OTHER;
    };
  }
}

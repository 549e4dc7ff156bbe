package dev.adit.core.sys;

import dev.adit.api.error.VpnException;

/** A system call failed: which, on what, why, and what mends it. */
public final class SystemCallException extends VpnException {
  private static final long serialVersionUID = 1L;

  private final String call;
  private final Errno errno;
  private final boolean answerLost;

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
    this.answerLost = false;
  }

  private SystemCallException(String request, String why) {
    super(Kind.OTHER, request + ": the kernel's answer is lost: " + why);
    this.call = "netlink";
    this.errno = Errno.OTHER;
    this.answerLost = true;
  }

  /**
   * A request of netlink's of which nobody knows what became.
   *
   * @param request in words
   */
  public static SystemCallException answerLost(String request, String why) {
    return new SystemCallException(request, why);
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

  /** Whether what was asked for may have been done all the same. */
  public boolean isAnswerLost() {
    return answerLost;
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

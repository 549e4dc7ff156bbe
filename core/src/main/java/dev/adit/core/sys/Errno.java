package dev.adit.core.sys;

import java.util.Arrays;

/** Error numbers of Linux that somebody here asks for; all others are {@link #OTHER}. */
public enum Errno {
  EPERM(1),
  ENOENT(2),
  ESRCH(3),
  EINTR(4),
  EIO(5),
  EBADF(9),
  EAGAIN(11),
  ENOMEM(12),
  EACCES(13),
  EBUSY(16),
  EEXIST(17),
  ENODEV(19),
  EINVAL(22),
  EMFILE(24),
  ENOSPC(28),
  EROFS(30),
  EPIPE(32),
  ERANGE(34),
  ENOSYS(38),
  EMSGSIZE(90),
  ENOPROTOOPT(92),
  EPROTONOSUPPORT(93),
  EOPNOTSUPP(95),
  EAFNOSUPPORT(97),
  EADDRINUSE(98),
  EADDRNOTAVAIL(99),
  ENETDOWN(100),
  ENETUNREACH(101),
  ECONNABORTED(103),
  ECONNRESET(104),
  ENOBUFS(105),
  ENOTCONN(107),
  ETIMEDOUT(110),
  ECONNREFUSED(111),
  EHOSTUNREACH(113),
  EALREADY(114),
  EINPROGRESS(115),
  OTHER(0);

  /** By number, where there is one: asked whenever a socket has nothing more. */
  private static final Errno[] BY_NUMBER = new Errno[128];

  static {
    Arrays.fill(BY_NUMBER, OTHER);
    for (Errno each : values()) {
      BY_NUMBER[each.number] = each;
    }
  }

  private final int number;

  Errno(int number) {
    this.number = number;
  }

  public static Errno of(int number) {
    return number >= 0 && number < BY_NUMBER.length ? BY_NUMBER[number] : OTHER;
  }

  /** As the manual says it, in a few words. */
  public String words() {
    return switch (this) {
      case EPERM -> "operation not permitted";
      case EACCES -> "permission denied";
      case ENOENT -> "no such file or object";
      case ESRCH -> "no such object";
      case EEXIST -> "exists already";
      case EBUSY -> "is in use";
      case ENODEV -> "no such device";
      case EINVAL -> "invalid argument";
      case EMFILE -> "too many open files";
      case ENOSPC -> "no space left";
      case EROFS -> "read-only file system";
      case EMSGSIZE -> "message too long";
      case ENOSYS -> "not implemented";
      case ENOPROTOOPT -> "no such option";
      case EPROTONOSUPPORT -> "protocol not supported";
      case EOPNOTSUPP -> "not supported";
      case EAFNOSUPPORT -> "address family not supported";
      case EADDRINUSE -> "address already in use";
      case EADDRNOTAVAIL -> "address not available here";
      case ENETDOWN -> "network is down";
      case ENETUNREACH -> "network unreachable";
      case ECONNRESET -> "connection reset by the other side";
      case ECONNREFUSED -> "connection refused";
      case EHOSTUNREACH -> "host unreachable";
      case ETIMEDOUT -> "timed out";
      case EPIPE -> "closed by the other side";
      case ENOMEM, ENOBUFS -> "out of memory";
      default -> name();
    };
  }
}

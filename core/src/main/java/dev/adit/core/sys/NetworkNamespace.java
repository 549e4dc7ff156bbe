package dev.adit.core.sys;

import java.nio.file.Path;

/**
 * Moves the calling thread into a network namespace, setns(2). Sockets and TUN devices belong to
 * the namespace that the thread was in when it made them. Meant for demonstrations and tests, on
 * threads that end afterwards.
 */
public final class NetworkNamespace {
  private static final int CLONE_NEWNET = 0x40000000;
  private static final int O_RDONLY_CLOEXEC = 0x80000;

  private NetworkNamespace() {}

  /** Where {@code ip netns} keeps a namespace of that name. */
  public static Path named(String name) {
    return Path.of("/run/netns", name);
  }

  /** For this thread alone, and for good. */
  public static void enter(Path namespace) throws SystemCallException {
    int number = LibC.C.open(namespace.toString(), O_RDONLY_CLOEXEC);
    if (number < 0) {
      throw SystemCallException.last("open", namespace.toString());
    }
    try (Fd fd = new Fd(number)) {
      if (LibC.C.setns(fd.number(), CLONE_NEWNET) != 0) {
        throw SystemCallException.last("setns", namespace.toString());
      }
    }
  }
}

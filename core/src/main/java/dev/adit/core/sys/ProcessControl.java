package dev.adit.core.sys;

/** What a process may ask for itself. */
public final class ProcessControl {
  private static final int PR_SET_DUMPABLE = 4;

  private ProcessControl() {}

  public static boolean isRoot() {
    return LibC.C.geteuid() == 0;
  }

  /** Whether a descriptor is a terminal: 0 for standard input, 1 output, 2 error. */
  public static boolean isTerminal(int descriptor) {
    return LibC.C.isatty(descriptor) == 1;
  }

  /** Effective user. */
  public static int userId() {
    return LibC.C.geteuid();
  }

  /** New files are for their owner alone from now on. */
  public static void keepFilesPrivate() {
    LibC.C.umask(0077);
  }

  /** No core file, and no look into the memory by other processes of the same user. */
  public static void keepMemoryPrivate() {
    LibC.C.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  }

  /** A session of its own, away from the terminal; false if it leads one already. */
  public static boolean newSession() {
    return LibC.C.setsid() >= 0;
  }

  /** Becomes somebody else for good, supplementary groups dropped. */
  public static void become(int user, int group) throws SystemCallException {
    if (LibC.C.setgroups(0, LibC.NONE) != 0
        || LibC.C.setresgid(group, group, group) != 0
        || LibC.C.setresuid(user, user, user) != 0) {
      throw SystemCallException.last("setresuid", "user " + user + ", group " + group);
    }
  }
}

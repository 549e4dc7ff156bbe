package dev.adit.core.sys;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import jnr.ffi.Pointer;

/**
 * A program that inherits a descriptor, which the JDK's own way to start programs does not let
 * through. It leads a process group of its own, so that Ctrl-C does not reach it. See
 * posix_spawn(3).
 */
public final class ChildProgram {
  /** The number that the program finds its descriptor at. */
  public static final int INHERITED = 3;

  private static final short SETPGROUP = 2;
  private static final short SETSIGDEF = 4;
  private static final int ATTRIBUTES_BYTES = 336;
  private static final int ACTIONS_BYTES = 80;
  private static final int SIGNAL_SET_BYTES = 128;
  private static final int SIGHUP = 1;

  private final int pid;
  private volatile boolean over;

  private ChildProgram(int pid) {
    this.pid = pid;
  }

  /**
   * Runs a command through the shell.
   *
   * @param environment all of it
   * @param pipe its other end becomes descriptor {@link #INHERITED} of the program
   * @param ended called by a thread of its own with the exit status, 128 and more for a signal
   */
  public static ChildProgram start(
      String command, Map<String, String> environment, PacketPipe pipe, IntConsumer ended)
      throws SystemCallException {
    try {
      return start(List.of("/bin/sh", "-c", command), environment, pipe.theirs(), INHERITED, ended);
    } finally {
      pipe.giveAway();
    }
  }

  /**
   * Runs a program without a shell.
   *
   * @param argv the program, found by {@code PATH}, and its arguments
   * @param environment all of it
   * @param pipe its other end becomes the program's descriptor 0, for both directions
   * @param ended called by a thread of its own with the exit status, 128 and more for a signal
   */
  public static ChildProgram start(
      List<String> argv, Map<String, String> environment, StreamPipe pipe, IntConsumer ended)
      throws SystemCallException {
    try {
      return start(argv, environment, pipe.theirs(), 0, ended);
    } finally {
      pipe.giveAway();
    }
  }

  private static ChildProgram start(
      List<String> argv,
      Map<String, String> environment,
      Fd given,
      int inherited,
      IntConsumer ended)
      throws SystemCallException {
    Pointer actions = LibC.allocate(ACTIONS_BYTES);
    Pointer attributes = LibC.allocate(ATTRIBUTES_BYTES);
    Pointer defaults = LibC.allocate(SIGNAL_SET_BYTES);
    Pointer number = LibC.allocate(4);
    List<Pointer> kept = new ArrayList<>();
    LibC.C.posix_spawn_file_actions_init(actions);
    LibC.C.posix_spawnattr_init(attributes);
    try {
      // Standard output is for our data.
      LibC.C.posix_spawn_file_actions_adddup2(actions, 2, 1);
      LibC.C.posix_spawn_file_actions_adddup2(actions, given.number(), inherited);
      closeOthers(actions, Math.max(inherited, 2) + 1);
      LibC.C.sigfillset(defaults);
      LibC.C.posix_spawnattr_setsigdefault(attributes, defaults);
      LibC.C.posix_spawnattr_setflags(attributes, (short) (SETPGROUP | SETSIGDEF));
      List<String> variables = new ArrayList<>();
      environment.forEach((name, value) -> variables.add(name + "=" + value));
      int error =
          LibC.C.posix_spawnp(
              number,
              argv.get(0),
              actions,
              attributes,
              strings(argv, kept),
              strings(variables, kept));
      if (error != 0) {
        throw new SystemCallException("posix_spawn", argv.get(0), Errno.of(error));
      }
    } finally {
      LibC.C.posix_spawn_file_actions_destroy(actions);
      LibC.C.posix_spawnattr_destroy(attributes);
    }
    ChildProgram child = new ChildProgram(number.getInt(0));
    Thread watcher = new Thread(() -> ended.accept(child.await()), "program " + child.pid);
    watcher.setDaemon(true);
    watcher.start();
    return child;
  }

  /** Asks the program, and what it started, to end. */
  public void hangUp() {
    if (!over) {
      LibC.C.kill(-pid, SIGHUP);
    }
  }

  /** Ours are closed by exec anyway; this is for what a library may have opened without care. */
  private static void closeOthers(Pointer actions, int from) {
    try {
      LibC.C.posix_spawn_file_actions_addclosefrom_np(actions, from);
    } catch (UnsatisfiedLinkError e) {
      // An older C library.
    }
  }

  private int await() {
    Pointer status = LibC.allocate(4);
    while (LibC.C.waitpid(pid, status, 0) < 0) {
      if (LibC.errno() != Errno.EINTR) {
        return 127;
      }
    }
    over = true;
    int word = status.getInt(0);
    int signal = word & 0x7f;
    return signal == 0 ? word >> 8 & 0xff : 128 + signal;
  }

  /** An array of C strings, with a null at its end. */
  private static Pointer strings(List<String> texts, List<Pointer> kept) {
    Pointer array = LibC.allocate(8 * (texts.size() + 1));
    kept.add(array);
    for (int i = 0; i < texts.size(); i++) {
      byte[] bytes = texts.get(i).getBytes(StandardCharsets.UTF_8);
      Pointer text = LibC.allocate(bytes.length + 1);
      text.put(0, bytes, 0, bytes.length);
      kept.add(text);
      array.putPointer(8L * i, text);
    }
    return array;
  }
}

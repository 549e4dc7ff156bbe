package dev.adit.cli;

import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.core.sys.ProcessControl;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * {@code --setuid}: the process goes on as somebody else once the network is set up. What it may
 * not undo later is left to a small shell that stays root and waits for our end, however it comes:
 * then it runs {@code adit recover} and removes our files.
 */
final class DroppedPrivilege {
  /** Reads until we are gone; a number that is still listed is dying, or is somebody else's. */
  private static final String WAIT =
      """
      read -r nothing
      for i in 1 2 3 4 5 6 7 8 9 10; do kill -0 "$1" 2>/dev/null || break; sleep 0.2; done
      adit=$2; shift 2; rm -f -- "$@"; exec "$adit" recover
      """;

  /** Of a number that fits an int. */
  private static final int DIGITS = 9;

  private final String user;
  private final int userId;
  private final int groupId;

  private DroppedPrivilege(String user, int userId, int groupId) {
    this.user = user;
    this.userId = userId;
    this.groupId = groupId;
  }

  /**
   * Looks the user up.
   *
   * @param user name or number, as {@code id(1)} knows it
   */
  static DroppedPrivilege of(String user) throws VpnException, InterruptedException {
    if (!ProcessControl.isRoot()) {
      throw new VpnException(
          Kind.PRIVILEGE, "--setuid " + user + ": only root can become somebody else");
    }
    try {
      Optional<String> number = LocalUser.number(user).filter(n -> n.length() <= DIGITS);
      Optional<String> group = LocalUser.group(user).filter(n -> n.length() <= DIGITS);
      if (number.isPresent() && group.isPresent()) {
        return new DroppedPrivilege(
            user, Integer.parseInt(number.get()), Integer.parseInt(group.get()));
      }
      throw new VpnException(
          Kind.CONFIGURATION, "--setuid " + user + ": there is no such user on this host");
    } catch (IOException e) {
      throw new VpnException(Kind.OTHER, "--setuid " + user + ": id(1) cannot be run", e);
    }
  }

  /**
   * Becomes that user, for good and with all threads.
   *
   * @param files to be removed when the process has ended
   */
  void leaveRoot(List<Path> files) throws VpnException {
    List<String> argv = new ArrayList<>(List.of("setsid", "/bin/sh", "-c", WAIT, "adit-cleanup"));
    argv.add(String.valueOf(ProcessHandle.current().pid()));
    argv.add(System.getProperty("adit.home", "") + "/bin/adit");
    files.forEach(file -> argv.add(file.toString()));
    try {
      // Its standard input is a pipe that closes with us.
      new ProcessBuilder(argv)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .redirectError(ProcessBuilder.Redirect.DISCARD)
          .start();
    } catch (IOException e) {
      throw new VpnException(
          Kind.OTHER, "--setuid " + user + ": nobody could be left to clean up", e);
    }
    ProcessControl.become(userId, groupId);
  }
}

package dev.adit.core.host;

import dev.adit.core.rtnetlink.RouteMessage;
import dev.adit.core.sys.Errno;
import dev.adit.core.sys.SystemCallException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;

/**
 * Lines of the journal: how to undo a change, and doing it.
 *
 * <pre>
 *   netlink HEX           send this message
 *   file PATH HEX         give the file this content
 *   absent PATH           the file was not there
 *   run PROGRAM ARG...    run this, arguments without spaces
 * </pre>
 */
final class Undo {
  private Undo() {}

  static String route(HostChange.OutsideRoute change) {
    return "netlink "
        + HexFormat.of()
            .formatHex(RouteMessage.delete(change.prefix(), change.index(), change.gateway()));
  }

  static String route(HostChange.Blocked change) {
    return "netlink " + HexFormat.of().formatHex(RouteMessage.deleteUnreachable(change.prefix()));
  }

  static String file(Path file, byte[] content) {
    return "file " + file + " " + HexFormat.of().formatHex(content);
  }

  static String absent(Path file) {
    return "absent " + file;
  }

  static String run(List<String> argv) {
    return "run " + String.join(" ", argv);
  }

  /** Whether the journal is the only place that still has what this line brings back. */
  static boolean isPrecious(String line) {
    return line.startsWith("file ");
  }

  /** Undoes one line; what is undone already is no failure. */
  static void perform(String line, Kernel netlink, Programs programs)
      throws SystemCallException, IOException {
    String[] words = line.split(" ", -1);
    switch (words[0]) {
      case "netlink" -> {
        try {
          netlink.transact(HexFormat.of().parseHex(words[1]), "undoing a route");
        } catch (SystemCallException e) {
          if (e.errno() != Errno.ESRCH && e.errno() != Errno.ENODEV && e.errno() != Errno.ENOENT) {
            throw e;
          }
        }
      }
      case "file" ->
          ResolvConfFile.write(
              Path.of(words[1]),
              words.length > 2 ? HexFormat.of().parseHex(words[2]) : new byte[0]);
      case "absent" -> Files.deleteIfExists(Path.of(words[1]));
      case "run" -> programs.run(List.of(words).subList(1, words.length), "");
      default -> throw new IOException("unknown line in the journal: " + words[0]);
    }
  }
}

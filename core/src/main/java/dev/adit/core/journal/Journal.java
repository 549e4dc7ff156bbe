package dev.adit.core.journal;

import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/**
 * One session's journal: a file of lines, each how to undo one change, on disk before the change is
 * made. Undone from the end. The name tells whose it is: {@code PID-START.journal}.
 */
public final class Journal implements AutoCloseable {
  private static final String SUFFIX = ".journal";

  private final Path file;
  private final FileChannel channel;
  private final List<String> lines = new ArrayList<>();

  private Journal(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /** A new journal of this process in that directory, which is made if need be. */
  public static Journal open(Path directory) throws VpnException {
    try {
      Files.createDirectories(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      ProcessHandle self = ProcessHandle.current();
      for (int i = 0; ; i++) {
        Path file = directory.resolve(owner(self) + (i == 0 ? "" : "-" + i) + SUFFIX);
        if (!Files.exists(file)) {
          return new Journal(
              file,
              FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
        }
      }
    } catch (IOException e) {
      throw unwritable(directory, e);
    }
  }

  /** Writes down how a change will be undone; returns once it is on disk. */
  public void write(String line) throws VpnException {
    long before = -1;
    try {
      before = channel.position();
      ByteBuffer bytes = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(false);
      lines.add(line);
    } catch (IOException e) {
      forgetTorn(before);
      throw unwritable(file, e);
    }
  }

  /**
   * Takes back the line written last: its change was not made, so nothing must be undone. If this
   * fails, the line stays on disk alone, where only the recovery after a kill finds it.
   */
  public void withdraw() {
    String line = lines.remove(lines.size() - 1);
    try {
      channel.truncate(channel.size() - line.getBytes(StandardCharsets.UTF_8).length - 1);
      channel.position(channel.size());
      channel.force(false);
    } catch (IOException e) {
      // Said in the description.
    }
  }

  /** What was written of a line that did not fit must not run into the next one. */
  private void forgetTorn(long end) {
    try {
      if (end >= 0) {
        channel.truncate(end);
        channel.position(end);
      }
    } catch (IOException e) {
      // A torn last line is left out by whoever reads it.
    }
  }

  /** Lines so far, oldest first. */
  public List<String> lines() {
    return List.copyOf(lines);
  }

  /** Everything is undone: the journal goes. */
  @Override
  public void close() {
    try {
      channel.close();
      Files.deleteIfExists(file);
    } catch (IOException e) {
      // It will be found by the next recovery, and undone once more, which does no harm.
    }
  }

  /** Something could not be undone: the file stays for {@link #abandoned}. */
  public void leave() {
    try {
      channel.close();
    } catch (IOException e) {
      // What is written is on disk already.
    }
  }

  /** Journals in a directory whose process is gone. */
  public static List<Path> abandoned(Path directory) throws VpnException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(f -> f.getFileName().toString().endsWith(SUFFIX))
          .filter(f -> !isAlive(f.getFileName().toString()))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new VpnException(Kind.PRIVILEGE, directory + ": cannot be read; run as root", e);
    }
  }

  /** Lines of a journal, newest first: the order to undo them in. A torn last line is left out. */
  public static List<String> toUndo(Path journal) throws VpnException {
    try {
      String text = Files.readString(journal);
      List<String> lines = new ArrayList<>(text.lines().toList());
      if (!lines.isEmpty() && !text.endsWith("\n")) {
        lines.remove(lines.size() - 1);
      }
      Collections.reverse(lines);
      return lines;
    } catch (IOException e) {
      throw new VpnException(Kind.PRIVILEGE, journal + ": cannot be read; run as root", e);
    }
  }

  private static String owner(ProcessHandle process) {
    long start = process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    return process.pid() + "-" + start;
  }

  private static boolean isAlive(String name) {
    String[] parts = name.substring(0, name.length() - SUFFIX.length()).split("-", -1);
    return parts[0].matches("\\d{1,10}")
        && ProcessHandle.of(Long.parseLong(parts[0]))
            .filter(p -> name.startsWith(owner(p)))
            .isPresent();
  }

  private static VpnException unwritable(Path where, IOException e) {
    return new VpnException(
        Kind.OTHER,
        "journal "
            + where
            + ": cannot be written ("
            + e.getMessage()
            + "); without it nothing on this host is changed. Is the disk full, or are we not root?",
        e);
  }
}

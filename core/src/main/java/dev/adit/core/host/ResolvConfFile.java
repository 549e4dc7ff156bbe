package dev.adit.core.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFileAttributeView;

/**
 * Writes a small file whole: by renaming where that is possible, in place where it is mounted over.
 */
final class ResolvConfFile {
  private ResolvConfFile() {}

  static void write(Path file, byte[] content) throws IOException {
    Path target = Files.exists(file) ? file.toRealPath() : file;
    Path directory = target.toAbsolutePath().getParent();
    Path fresh = null;
    try {
      fresh = Files.createTempFile(directory, ".adit", ".tmp");
      Files.write(fresh, content);
      if (Files.exists(target)) {
        PosixFileAttributeView view =
            Files.getFileAttributeView(fresh, PosixFileAttributeView.class);
        view.setPermissions(Files.getPosixFilePermissions(target));
      }
      Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      // Mounted over, as in a container, or a directory that takes no new file.
      inPlace(target, content);
    } finally {
      if (fresh != null) {
        Files.deleteIfExists(fresh);
      }
    }
  }

  /** A disk that is full takes what was there before, which is no longer. */
  private static void inPlace(Path target, byte[] content) throws IOException {
    byte[] before = Files.exists(target) ? Files.readAllBytes(target) : new byte[0];
    try {
      Files.write(target, content);
    } catch (IOException e) {
      if (Files.size(target) < before.length) {
        Files.write(target, before);
      }
      throw e;
    }
  }
}

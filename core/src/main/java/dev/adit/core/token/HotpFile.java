package dev.adit.core.token;

import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.secret.SecretText;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the counter in the file that the seed came from: {@code SEED,COUNTER}, or the {@code
 * counter} of an otpauth URI. The file is replaced as a whole, on the disk before a code is given
 * out, readable by its owner alone.
 */
public final class HotpFile implements HotpCodes.CounterStore {
  private final Path file;

  public HotpFile(Path file) {
    this.file = file;
  }

  @Override
  public void keep(long next) throws VpnException {
    Path temporary = null;
    try {
      Path real = file.toRealPath();
      if (!Files.isRegularFile(real)) {
        throw new IOException("not a regular file");
      }
      String old = Files.readString(real).lines().findFirst().orElse("");
      temporary =
          Files.createTempFile(
              real.getParent(),
              ".adit",
              ".token",
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      try (SecretText given = SecretText.of(old);
          SecretText kept = TokenSeed.withCounter(given, next);
          FileChannel out = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(kept.reveal() + "\n");
        while (bytes.hasRemaining()) {
          out.write(bytes);
        }
        out.force(true);
      }
      Files.move(temporary, real, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      remove(temporary);
      throw new VpnException(
          Kind.CONFIGURATION,
          "the counter of the token cannot be kept in "
              + file
              + " ("
              + reason(e)
              + "), and without that a code would come twice: make the file and its directory"
              + " writable",
          e);
    }
  }

  private static void remove(@Nullable Path temporary) {
    if (temporary != null) {
      try {
        Files.deleteIfExists(temporary);
      } catch (IOException e) {
        // The error that brought us here is told.
      }
    }
  }

  private static String reason(IOException e) {
    return e.getClass().getSimpleName().replaceAll("Exception$", "") + ": " + e.getMessage();
  }
}

package dev.adit.core.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.api.error.VpnException;
import dev.adit.api.secret.SecretText;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HotpFileTest {
  /** The secret of RFC 4226, appendix D, and its codes. */
  private static final String SEED = "0x3132333435363738393031323334353637383930";

  @TempDir Path directory;

  @Test
  void eachLogInGetsTheNextCode() throws Exception {
    Path file = directory.resolve("token");
    Files.writeString(file, SEED + ",1\n");
    assertThat(logIn(file)).isEqualTo("287082");
    assertThat(logIn(file)).isEqualTo("359152");
    assertThat(Files.readString(file)).isEqualTo(SEED + ",3\n");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(directory.toFile().list()).containsExactly("token");
  }

  @Test
  void linkStaysLink() throws Exception {
    Path file = directory.resolve("token");
    Path link = directory.resolve("link");
    Files.writeString(file, SEED + ",0\n");
    Files.createSymbolicLink(link, file);
    assertThat(logIn(link)).isEqualTo("755224");
    assertThat(link).isSymbolicLink();
    assertThat(Files.readString(file)).isEqualTo(SEED + ",1\n");
  }

  @Test
  void noCodeWithoutItsCounterKept() throws Exception {
    Path unwritable = Path.of("/proc/version");
    HotpCodes codes =
        new HotpCodes(
            TokenSeed.parse(SecretText.of(SEED + ",0")).code(), 0, new HotpFile(unwritable));
    assertThatThrownBy(codes::next)
        .isInstanceOf(VpnException.class)
        .hasMessageContaining("/proc/version")
        .hasMessageContaining("writable")
        .hasMessageNotContaining("313233343536");
  }

  private static String logIn(Path file) throws Exception {
    TokenSeed seed = TokenSeed.parse(SecretText.of(Files.readString(file).strip()));
    return new HotpCodes(seed.code(), seed.counter().orElse(0), new HotpFile(file)).next().reveal();
  }
}

package dev.adit.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.api.auth.SessionTicket;
import dev.adit.api.error.VpnException;
import dev.adit.api.secret.SecretText;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A kept session: only for whom it was made, only while it may be good, only by us. */
class CookieCacheTest {
  private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");
  private static final String COOKIE = "webvpn=c2VjcmV0LXNlc3Npb24=";

  @TempDir private Path directory;

  @Test
  void comesBackAsItWasKept() throws Exception {
    CookieCache cache = cache("alice");
    cache.write(ticket(), Optional.of(NOW.plusSeconds(60)));
    SessionTicket kept = cache("alice").read(NOW).orElseThrow();
    assertThat(kept.cookie().reveal()).isEqualTo(COOKIE);
    assertThat(kept.connectUrl()).hasToString("https://vpn.test:8443/");
    assertThat(cache("bob").read(NOW)).isEmpty();
    cache.remove();
    assertThat(cache.read(NOW)).isEmpty();
  }

  @Test
  void isForItsOwnerAloneFromTheBeginning() throws Exception {
    cache("alice").write(ticket(), Optional.empty());
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
        .isEqualTo("rw-------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("s"))))
        .isEqualTo("rwx------");
    assertThat(file().getFileName().toString()).doesNotContain("alice").doesNotContain("vpn");
  }

  @Test
  void isNotUsedPastItsTime() throws Exception {
    cache("alice").write(ticket(), Optional.of(NOW));
    assertThat(cache("alice").read(NOW)).isEmpty();
    try (Stream<Path> left = Files.list(directory.resolve("s"))) {
      assertThat(left).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-r-----", "rw----r--", "rw-rw----", "rwx------"})
  void isRefusedIfOthersCouldSeeIt(String permissions) throws Exception {
    cache("alice").write(ticket(), Optional.empty());
    Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString(permissions));
    assertThatThrownBy(() -> cache("alice").read(NOW))
        .isInstanceOf(VpnException.class)
        .hasMessageContaining(permissions)
        .hasMessageContaining("remove it")
        .hasMessageNotContainingAny("c2VjcmV0");
  }

  @Test
  void isRefusedBehindASymbolicLink() throws Exception {
    cache("alice").write(ticket(), Optional.empty());
    Path elsewhere = directory.resolve("elsewhere");
    Files.move(file(), elsewhere);
    Path link = directory.resolve("s").resolve("x");
    Files.createSymbolicLink(link, elsewhere);
    Files.move(link, directory.resolve("s").resolve(name));
    assertThatThrownBy(() -> cache("alice").read(NOW)).isInstanceOf(VpnException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "[]", "{\"v\":1,\"cookie\":\"c2VjcmV0\"", "\u0000\u0001"})
  void damageIsNamedAndQuotesNothing(String text) throws Exception {
    cache("alice").write(ticket(), Optional.empty());
    Files.writeString(file(), text);
    try {
      assertThat(cache("alice").read(NOW)).isEmpty();
    } catch (VpnException e) {
      assertThat(e).hasMessageContaining("is damaged").hasNoCause();
      assertThat(e.getMessage()).doesNotContain("c2VjcmV0");
    }
  }

  private String name = "";

  private Path file() throws IOException {
    try (Stream<Path> files = Files.list(directory.resolve("s"))) {
      Path only = files.findFirst().orElseThrow();
      name = only.getFileName().toString();
      return only;
    }
  }

  private CookieCache cache(String user) {
    return CookieCache.of(directory.resolve("s"), List.of("anyconnect", "vpn.test", user));
  }

  private static SessionTicket ticket() {
    return new SessionTicket(
        SecretText.of(COOKIE), URI.create("https://vpn.test:8443/"), Optional.empty());
  }
}

package dev.adit.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.adit.api.auth.SessionTicket;
import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.secret.SecretText;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code --cookie-cache}: the session of one log-in, kept for the next process in a file of mode
 * 0600 beside the journals, which a reboot takes along. What it is the session of (protocol,
 * server, user, group) is in the file's name as a hash, so that one log-in never gets another's.
 *
 * <pre>
 *   {"v": 1, "cookie": "...", "connect_url": "https://...", "until": "2026-11-26T12:00:00Z"}
 * </pre>
 *
 * <p>{@code until} is there if the server said when the session ends. Whether the session is still
 * good is the server's to say; a file that others could have read or written is refused.
 */
final class CookieCache {
  private static final String SUFFIX = ".session";
  private static final int VERSION = 1;
  private static final int MAX_BYTES = 64 << 10;
  private static final Set<PosixFilePermission> MINE = PosixFilePermissions.fromString("rw-------");
  private static final Set<PosixFilePermission> DIRECTORY =
      PosixFilePermissions.fromString("rwx------");

  private final Path file;

  private CookieCache(Path file) {
    this.file = file;
  }

  /**
   * The cache of one log-in.
   *
   * @param directory is made if it is missing
   * @param identity what the log-in is of, in order
   */
  static CookieCache of(Path directory, List<String> identity) {
    try {
      MessageDigest hash = MessageDigest.getInstance("SHA-256");
      for (String part : identity) {
        byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
        hash.update((bytes.length + ":").getBytes(StandardCharsets.US_ASCII));
        hash.update(bytes);
      }
      String name = HexFormat.of().formatHex(hash.digest(), 0, 16);
      return new CookieCache(directory.resolve(name + SUFFIX));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /**
   * The session that is kept, unless its time is up.
   *
   * @throws VpnException somebody else could have read or written the file
   */
  Optional<SessionTicket> read(Instant now) throws VpnException {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      requireMine();
      bytes = in.readNBytes(MAX_BYTES);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw refused("cannot be read as a file of its own (" + e.getMessage() + ")", e);
    }
    try {
      JsonNode kept = new ObjectMapper().readTree(bytes);
      String until = kept.path("until").asText();
      if (kept.path("v").asInt() != VERSION
          || !until.isEmpty() && !Instant.parse(until).isAfter(now)) {
        remove();
        return Optional.empty();
      }
      return Optional.of(
          new SessionTicket(
              SecretText.of(kept.path("cookie").asText()),
              URI.create(kept.path("connect_url").asText()),
              Optional.empty()));
    } catch (IOException | RuntimeException e) {
      // The cause may quote the file, and with it the cookie.
      throw refused("is damaged", null);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  /** Keeps a session in place of the one before. */
  void write(SessionTicket ticket, Optional<Instant> until) throws VpnException {
    Path fresh = file.resolveSibling(file.getFileName() + "." + ProcessHandle.current().pid());
    try {
      Files.createDirectories(
          file.toAbsolutePath().getParent(), PosixFilePermissions.asFileAttribute(DIRECTORY));
      Files.deleteIfExists(fresh);
      Files.createFile(fresh, PosixFilePermissions.asFileAttribute(MINE));
      Files.write(fresh, json(ticket, until), StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new VpnException(
          Kind.PRIVILEGE, "--cookie-cache: " + file + " cannot be written: " + e.getMessage(), e);
    }
  }

  /** Forgets the session: it has ended. */
  void remove() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException("--cookie-cache: " + file, e);
    }
  }

  private void requireMine() throws IOException, VpnException {
    PosixFileAttributes found =
        Files.readAttributes(file, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    Object owner = Files.getAttribute(file, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    if (!found.isRegularFile()) {
      throw refused("is no regular file", null);
    }
    if (!owner.equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"))) {
      throw refused("belongs to somebody else (uid " + owner + ")", null);
    }
    Set<PosixFilePermission> loose = new HashSet<>(found.permissions());
    loose.removeAll(MINE);
    if (!loose.isEmpty()) {
      throw refused(
          "is open to others ("
              + PosixFilePermissions.toString(found.permissions())
              + "), so that its session may be known",
          null);
    }
  }

  private VpnException refused(String why, @Nullable Exception cause) {
    return new VpnException(
        Kind.CONFIGURATION, "--cookie-cache: " + file + " " + why + "; remove it", cause);
  }

  private static byte[] json(SessionTicket ticket, Optional<Instant> until) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator json = new JsonFactory().createGenerator(out)) {
      json.writeStartObject();
      json.writeNumberField("v", VERSION);
      json.writeStringField("cookie", ticket.cookie().reveal());
      json.writeStringField("connect_url", ticket.connectUrl().toString());
      if (until.isPresent()) {
        json.writeStringField("until", until.get().toString());
      }
      json.writeEndObject();
    }
    return out.toByteArray();
  }

  @Override
  public String toString() {
    return file.toString();
  }
}

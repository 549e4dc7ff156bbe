package dev.adit.cli;

import dev.adit.api.VpnProtocol;
import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Options about how a session begins, goes on and begins again. */
final class SessionChoices {
  /** Real profiles have some tens of kilobytes. */
  private static final int MAX_PROFILE_BYTES = 1 << 20;

  private SessionChoices() {}

  /** What does not go together. */
  static void check(ConnectOptions options) throws VpnException {
    boolean prints = options.session.authenticate != null || options.session.cookieOnly;
    if (options.session.cookieCache && prints) {
      throw clash("--cookie-cache", "--authenticate", "the one keeps what the other hands on");
    }
    if (options.session.cookieCache && options.local.setUid != null) {
      throw clash("--cookie-cache", "--setuid", "that user could not remove root's file");
    }
    Choices.number("--relogin", options.session.relogin, 0, 100);
    if (options.session.relogin > 0 && options.running.background) {
      throw clash(
          "--relogin",
          "--background",
          "the answers are not handed to the process in the background; a service manager keeps"
              + " adit in the foreground");
    }
    Choices.number("--csd-timeout", options.login.csdTimeout, 1, 3600);
    Choices.number("--force-trojan", options.login.forceTrojan, 10, 86400);
    if (options.login.forceTrojan != null && options.login.csdWrapper == null) {
      throw new VpnException(
          Kind.CONFIGURATION, "--force-trojan repeats the program of --csd-wrapper=CMD: name it");
    }
  }

  private static VpnException clash(String one, String other, String why) {
    return new VpnException(
        Kind.CONFIGURATION, one + " with " + other + ": " + why + "; leave out one of them");
  }

  /** The servers to log in at, in order: the one that is meant, then its backups. */
  static List<URI> servers(ConnectOptions options, Choices choices, VpnProtocol protocol)
      throws VpnException {
    Path file = options.target.xmlConfig;
    if (file == null) {
      return List.of(choices.server());
    }
    List<URI> found = protocol.serversInProfile(profile(file), choices.serverName());
    return found.isEmpty() ? List.of(choices.server()) : found;
  }

  private static String profile(Path file) throws VpnException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_PROFILE_BYTES + 1);
      if (bytes.length > MAX_PROFILE_BYTES) {
        throw new VpnException(
            Kind.CONFIGURATION,
            "--xmlconfig "
                + file
                + ": more than "
                + MAX_PROFILE_BYTES
                + " bytes; is it a profile?");
      }
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new VpnException(
          Kind.CONFIGURATION, "--xmlconfig " + file + ": cannot be read: " + e.getMessage(), e);
    }
  }

  /** Where the session of this log-in is kept, if it is to be. */
  static Optional<CookieCache> cache(ConnectOptions options, Choices choices, VpnProtocol protocol)
      throws VpnException {
    return options.session.cookieCache
        ? Optional.of(
            CookieCache.of(
                Installation.runDirectory().resolve("sessions"),
                List.of(
                    protocol.info().id(),
                    choices.serverName(),
                    Optional.ofNullable(options.target.userGroup).orElse(""),
                    Optional.ofNullable(options.login.user).orElse(""),
                    Optional.ofNullable(options.target.authGroup).orElse(""))))
        : Optional.empty();
  }
}

package dev.adit.cli;

import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.secret.SecretText;
import dev.adit.core.auth.CodeSource;
import dev.adit.core.auth.Prompter;
import dev.adit.core.auth.SecretResolver;
import dev.adit.core.auth.SecretSource;
import dev.adit.core.token.HotpCodes;
import dev.adit.core.token.HotpFile;
import dev.adit.core.token.TokenSeed;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One-time codes by {@code --token-mode} and {@code --token-secret}. */
final class Tokens {
  private static final Logger LOG = LoggerFactory.getLogger(Tokens.class);

  private static final String MODES = "totp, hotp, rsa, yubioath or oidc";

  private final InstantSource clock;
  private final SecretResolver resolver;
  private final Prompter prompter;

  Tokens(InstantSource clock, SecretResolver resolver, Prompter prompter) {
    this.clock = clock;
    this.resolver = resolver;
    this.prompter = prompter;
  }

  /**
   * The token that {@code --token-mode=oidc} shows in HTTP authentication; it is read anew for each
   * log-in, because it does not last.
   */
  static Optional<SecretSource> bearer(@Nullable String mode, Optional<SecretSource> kept)
      throws VpnException {
    if (!"oidc".equals(mode)) {
      return Optional.empty();
    }
    return Optional.of(kept.orElseThrow(Tokens::noSecret));
  }

  /** Where codes come from; empty without {@code --token-mode}. */
  Optional<CodeSource> source(@Nullable String mode, Optional<SecretSource> kept)
      throws VpnException, InterruptedException {
    if (mode == null || mode.equals("oidc")) {
      return Optional.empty();
    }
    return switch (mode) {
      case "rsa" -> Optional.of(new RsaCodes(TokenProgram.RSA, kept, resolver, prompter));
      case "yubioath" -> Optional.of(yubikey(kept));
      case "totp", "hotp" -> Optional.of(bySeed(mode, kept.orElseThrow(Tokens::noSecret)));
      default -> throw Choices.wrong("--token-mode", mode, MODES);
    };
  }

  private static VpnException noSecret() {
    return new VpnException(Kind.CONFIGURATION, "--token-mode needs --token-secret");
  }

  /** {@code --token-secret} is the name of one account among those that the key holds. */
  private CodeSource yubikey(Optional<SecretSource> account)
      throws VpnException, InterruptedException {
    List<String> arguments = new ArrayList<>(List.of("oath", "accounts", "code", "--single"));
    if (account.isPresent()) {
      try (SecretText name = resolver.resolve(account.get())) {
        arguments.add(name.reveal());
      }
    }
    return () -> TokenProgram.YUBIKEY.code(arguments, SecretText.of(""));
  }

  private CodeSource bySeed(String mode, SecretSource kept)
      throws VpnException, InterruptedException {
    TokenSeed seed;
    try (SecretText text = resolver.resolve(kept)) {
      seed = TokenSeed.parse(text);
    }
    return mode.equals("totp") ? totp(seed) : hotp(seed, kept);
  }

  /** A server takes no code twice: each further one is of a later period than the one before. */
  private CodeSource totp(TokenSeed seed) {
    int seconds = seed.code().periodSeconds();
    AtomicLong used = new AtomicLong(Long.MIN_VALUE);
    return () -> {
      long present = clock.instant().getEpochSecond() / seconds;
      long period = used.updateAndGet(last -> Math.max(present, last + 1));
      return seed.code().totp(Instant.ofEpochSecond(period * seconds));
    };
  }

  private static CodeSource hotp(TokenSeed seed, SecretSource from) {
    HotpCodes.CounterStore store;
    if (from instanceof SecretSource.File file) {
      store = new HotpFile(file.path());
    } else {
      LOG.warn(
          "--token-mode=hotp: the counter is kept only in a file; --token-secret=@FILE names one."
              + " The next log-in begins with the same code again.");
      store = next -> {};
    }
    return new HotpCodes(seed.code(), seed.counter().orElse(0), store)::next;
  }
}

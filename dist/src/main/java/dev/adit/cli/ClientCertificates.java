package dev.adit.cli;

import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.secret.SecretText;
import dev.adit.core.auth.Prompter;
import dev.adit.core.auth.SecretResolver;
import dev.adit.core.auth.SecretSource;
import dev.adit.core.auth.TerminalText;
import dev.adit.core.pkcs11.Pkcs11Certificates;
import dev.adit.core.pkcs11.Pkcs11Uri;
import dev.adit.core.sys.Pkcs11Module.PinTries;
import dev.adit.core.tls.CertificateOptions;
import dev.adit.core.tls.ClientCertificate;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The certificates that the options name, from files or from tokens. */
final class ClientCertificates {
  private static final Logger LOG = LoggerFactory.getLogger(ClientCertificates.class);

  /** Who may say a passphrase or PIN. */
  enum From {
    /** Options and configuration, then a person. */
    ANYWHERE,
    A_PERSON
  }

  /** Gives a passphrase or PIN. */
  interface Passphrase {
    /**
     * Gives it once.
     *
     * @param what the problem if there is none, without the remedy
     * @param question for a person
     */
    SecretText of(From from, String what, String question) throws VpnException;
  }

  private final ConnectOptions.Certificates options;
  private final Prompter prompter;
  private final SecretResolver resolver;

  ClientCertificates(
      ConnectOptions.Certificates options, Prompter prompter, SecretResolver resolver) {
    this.options = options;
    this.prompter = prompter;
    this.resolver = resolver;
  }

  /** URIs that are none. */
  static void check(ConnectOptions.Certificates options) throws VpnException {
    check(CertificateOptions.FIRST, options.certificate, options.key);
    check(CertificateOptions.SECOND, options.secondCertificate, options.secondKey);
    if (options.secondCertificate == null && options.secondKey != null) {
      throw new VpnException(
          Kind.CONFIGURATION, "--mca-key needs its certificate: --mca-certificate=FILE");
    }
  }

  private static void check(
      CertificateOptions names, @Nullable String certificate, @Nullable String key)
      throws VpnException {
    if (uri(certificate).isEmpty() && uri(key).isPresent()) {
      throw new VpnException(
          Kind.CONFIGURATION,
          names.key()
              + "=pkcs11:... needs its certificate from the same token: "
              + names.certificate()
              + "=pkcs11:...");
    }
  }

  /** The one that is shown in TLS. */
  Optional<ClientCertificate> primary(Passphrase ask) throws VpnException {
    return open(CertificateOptions.FIRST, options.certificate, options.key, ask);
  }

  /** The one that signs what the server of a log-in wants signed. */
  Optional<ClientCertificate> second(Passphrase ask) throws VpnException {
    return open(CertificateOptions.SECOND, options.secondCertificate, options.secondKey, ask);
  }

  private Optional<ClientCertificate> open(
      CertificateOptions names, @Nullable String certificate, @Nullable String key, Passphrase ask)
      throws VpnException {
    if (certificate == null) {
      return Optional.empty();
    }
    Optional<Pkcs11Uri> uri = uri(certificate);
    ClientCertificate opened =
        uri.isPresent()
            ? onToken(uri.get(), key, names, ask)
            : ClientCertificate.load(
                Path.of(certificate),
                Optional.ofNullable(key).map(Path::of),
                names,
                file ->
                    ask.of(From.ANYWHERE, file + " needs a passphrase", "Passphrase of " + file));
    Duration left = opened.validFor(Instant.now());
    if (left.toDays() < options.expiryWarningDays) {
      LOG.warn(
          left.isNegative() ? "The {} expired {} days ago." : "The {} expires in {} days.",
          names.title(),
          Math.abs(left.toDays()));
    }
    return Optional.of(opened);
  }

  private ClientCertificate onToken(
      Pkcs11Uri uri, @Nullable String key, CertificateOptions names, Passphrase ask)
      throws VpnException {
    Optional<Pkcs11Uri> keyUri = uri(key);
    if (key != null && keyUri.isEmpty()) {
      throw new VpnException(
          Kind.CONFIGURATION,
          names.key() + " " + key + ": the key of a certificate on a token stays on that token");
    }
    Optional<Path> pinFile = uri.pinFile().or(() -> keyUri.flatMap(Pkcs11Uri::pinFile));
    return Pkcs11Certificates.open(
        uri,
        keyUri,
        names,
        (question, tries) -> {
          String nobody = "nobody can be asked for the " + TerminalText.line(question);
          if (tries == PinTries.LAST) {
            return ask.of(From.A_PERSON, nobody + ", and no other PIN is tried", question);
          }
          return pinFile.isPresent() ? pin(pinFile.get()) : ask.of(From.ANYWHERE, nobody, question);
        },
        this::choose);
  }

  private SecretText pin(Path file) throws VpnException {
    try {
      return resolver.resolve(new SecretSource.File(file));
    } catch (InterruptedException e) {
      throw new VpnException(Kind.CANCELLED, "stopped at the PIN", e);
    }
  }

  private Optional<Integer> choose(String question, List<String> choices) throws VpnException {
    if (!prompter.available()) {
      return Optional.empty();
    }
    StringBuilder text = new StringBuilder(question).append(":\n");
    for (int i = 0; i < choices.size(); i++) {
      text.append("  ").append(i + 1).append("  ").append(choices.get(i)).append('\n');
    }
    prompter.show(TerminalText.clean(text.toString()).stripTrailing());
    try {
      while (true) {
        String typed = prompter.line("Which one, 1 to " + choices.size(), "").strip();
        if (typed.matches("[0-9]{1,4}")) {
          int number = Integer.parseInt(typed);
          if (number >= 1 && number <= choices.size()) {
            return Optional.of(number - 1);
          }
        }
      }
    } catch (InterruptedException e) {
      throw new VpnException(Kind.CANCELLED, "stopped at the choice of a certificate", e);
    }
  }

  private static Optional<Pkcs11Uri> uri(@Nullable String text) throws VpnException {
    return text != null && Pkcs11Uri.isOne(text)
        ? Optional.of(Pkcs11Uri.parse(text))
        : Optional.empty();
  }
}

package dev.adit.core.pkcs11;

import dev.adit.api.error.AuthenticationException;
import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.secret.SecretText;
import dev.adit.core.sys.Pkcs11Module;
import dev.adit.core.sys.Pkcs11Module.CertificateObject;
import dev.adit.core.sys.Pkcs11Module.PinTries;
import dev.adit.core.sys.Pkcs11Module.TokenInfo;
import dev.adit.core.tls.CertificateOptions;
import dev.adit.core.tls.ClientCertificate;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.ProviderException;
import java.security.Security;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds the certificate that a URI names and opens its key. */
public final class Pkcs11Certificates {
  /** Where distributions register modules, one file each (p11-kit's pkcs11.conf(5)). */
  private static final List<Path> REGISTRIES =
      List.of(Path.of("/etc/pkcs11/modules"), Path.of("/usr/share/p11-kit/modules"));

  /** Where the names in those files are relative to. */
  private static final List<String> DIRECTORIES =
      List.of(
          "/usr/lib/" + architecture() + "-linux-gnu/pkcs11",
          "/usr/lib64/pkcs11",
          "/usr/lib/pkcs11");

  /** Gives a PIN, once. */
  public interface Pin {
    /**
     * Gives it.
     *
     * @param question for a person
     * @param tries at the last one only a person may say it: what is kept may be old, and one more
     *     wrong PIN locks the token
     */
    SecretText of(String question, PinTries tries) throws VpnException;
  }

  /** Chooses one of several, or refuses to. */
  public interface Choice {
    /** Index of the one that is meant; empty if nobody can be asked. */
    Optional<Integer> among(String question, List<String> choices) throws VpnException;
  }

  private record Found(Path module, TokenInfo token, CertificateObject certificate) {
    String uri() {
      return Pkcs11Uri.of(token, certificate);
    }
  }

  private Pkcs11Certificates() {}

  /**
   * The certificate with a handle on its key. The key stays where it is: the provider signs there.
   *
   * @param key names the key by its id, if it is not the certificate's
   * @param names of the options that the URIs came by
   * @throws VpnException none or several match, the PIN is refused or locked, or the token is not
   *     there; each says which
   */
  public static ClientCertificate open(
      Pkcs11Uri certificate,
      Optional<Pkcs11Uri> key,
      CertificateOptions names,
      Pin pin,
      Choice choice)
      throws VpnException {
    Found found = find(certificate, key, names.certificate() + "=pkcs11:...", choice);
    List<X509Certificate> chain = List.of(parse(found));
    if (found.token.tries() == PinTries.LOCKED) {
      throw new AuthenticationException(
          "the PIN of token \"" + found.token.label() + "\" is locked after too many wrong ones");
    }
    Provider provider = provider(found);
    PrivateKey handle = key(provider, found, pin, chain.get(0));
    return ClientCertificate.onToken(handle, chain, found.uri(), names);
  }

  private static Found find(Pkcs11Uri wanted, Optional<Pkcs11Uri> key, String option, Choice choice)
      throws VpnException {
    List<Path> modules = wanted.module().map(List::of).orElseGet(Pkcs11Certificates::registered);
    if (modules.isEmpty()) {
      throw new VpnException(
          Kind.CONFIGURATION,
          "no PKCS#11 module is registered in "
              + REGISTRIES.get(0)
              + " or "
              + REGISTRIES.get(1)
              + "; ?module-path=/PATH.so in the URI names one");
    }
    List<Found> found = new ArrayList<>();
    List<String> tokens = new ArrayList<>();
    int matching = 0;
    for (Path path : modules) {
      Pkcs11Module module = Pkcs11Module.load(path);
      for (TokenInfo token : module.tokens()) {
        if (!token.label().isEmpty()) {
          tokens.add("\"" + token.label() + "\"");
        }
        if (!wanted.matches(token)) {
          continue;
        }
        matching++;
        for (CertificateObject one : module.certificates(token)) {
          if (wanted.matches(one) && (key.isEmpty() || key.get().matchesId(one.id()))) {
            found.add(new Found(path, token, one));
          }
        }
      }
    }
    if (found.isEmpty()) {
      throw new VpnException(
          Kind.CONFIGURATION,
          matching == 0
              ? "no token that "
                  + option
                  + " names is there; "
                  + (tokens.isEmpty()
                      ? "there is none at all"
                      : "there is " + String.join(", ", tokens))
              : "no certificate that "
                  + option
                  + " names is on the token (one that only a PIN shows cannot be found)");
    }
    return found.size() == 1 ? found.get(0) : chosen(found, option, choice);
  }

  private static Found chosen(List<Found> found, String option, Choice choice) throws VpnException {
    List<String> lines = new ArrayList<>();
    for (Found one : found) {
      lines.add(parse(one).getSubjectX500Principal().getName() + "\n      " + one.uri());
    }
    return choice
        .among("Several certificates match", lines)
        .map(found::get)
        .orElseThrow(
            () ->
                new VpnException(
                    Kind.CONFIGURATION,
                    "several certificates match "
                        + option
                        + "; name one of\n"
                        + String.join("\n", found.stream().map(f -> "  " + f.uri()).toList())));
  }

  private static X509Certificate parse(Found found) throws VpnException {
    byte[] der = new byte[found.certificate.der().remaining()];
    found.certificate.der().duplicate().get(der);
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(der));
    } catch (CertificateException e) {
      throw new VpnException(
          Kind.CONFIGURATION, found.uri() + " is no certificate that can be read", e);
    }
  }

  /** The JDK's own, behind all others: it is chosen for keys that only it can use. */
  private static Provider provider(Found found) throws VpnException {
    String name = "adit-" + found.token.slot();
    Provider known = Security.getProvider("SunPKCS11-" + name);
    if (known != null) {
      return known;
    }
    String settings =
        "--name=" + name + "\nlibrary=\"" + found.module + "\"\nslot=" + found.token.slot() + "\n";
    try {
      Provider provider = Security.getProvider("SunPKCS11").configure(settings);
      Security.addProvider(provider);
      return provider;
    } catch (ProviderException | java.security.InvalidParameterException e) {
      throw new VpnException(
          Kind.CONFIGURATION, "PKCS#11 module " + found.module + " cannot be used", e);
    }
  }

  private static PrivateKey key(
      Provider provider, Found found, Pin pin, X509Certificate certificate) throws VpnException {
    String token = "token \"" + found.token.label() + "\"";
    String tries =
        switch (found.token.tries()) {
          case LAST -> " (the last try before it is locked)";
          case FEWER -> " (a wrong one was given before)";
          default -> "";
        };
    try (SecretText secret = pin.of("PIN of " + token + tries, found.token.tries())) {
      KeyStore store = KeyStore.getInstance("PKCS11", provider);
      store.load(null, secret.expose());
      for (String alias : Collections.list(store.aliases())) {
        Certificate own = store.getCertificate(alias);
        if (certificate.equals(own) && store.getKey(alias, null) instanceof PrivateKey key) {
          return key;
        }
      }
    } catch (IOException | GeneralSecurityException | ProviderException e) {
      throw refused(token, e);
    }
    throw new VpnException(
        Kind.CONFIGURATION,
        token + " has no private key with the id of the certificate \"" + found.uri() + "\"");
  }

  private static VpnException refused(String token, Exception e) {
    String all = "";
    for (Throwable t = e; t != null; t = t.getCause()) {
      all += " " + t.getMessage();
    }
    if (all.contains("CKR_PIN_LOCKED")) {
      return new AuthenticationException("the PIN of " + token + " is locked now");
    }
    if (all.contains("CKR_PIN_")) {
      return new AuthenticationException(
          "the PIN of " + token + " is wrong; it was tried once and is not tried again");
    }
    return new VpnException(Kind.CONFIGURATION, token + " cannot be opened:" + all, e);
  }

  private static List<Path> registered() {
    List<Path> modules = new ArrayList<>();
    for (Path registry : REGISTRIES) {
      try (Stream<Path> files = Files.list(registry)) {
        for (Path file : files.filter(f -> f.toString().endsWith(".module")).sorted().toList()) {
          module(file).filter(m -> !modules.contains(m)).ifPresent(modules::add);
        }
      } catch (IOException e) {
        // Not every system has both.
      }
    }
    return modules;
  }

  private static Optional<Path> module(Path file) throws IOException {
    for (String line : Files.readAllLines(file)) {
      if (line.startsWith("module:")) {
        String name = line.substring("module:".length()).strip();
        return Stream.concat(Stream.of(""), DIRECTORIES.stream().map(d -> d + "/"))
            .map(directory -> Path.of(directory + name))
            .filter(p -> p.isAbsolute() && Files.exists(p))
            .findFirst();
      }
    }
    return Optional.empty();
  }

  private static String architecture() {
    return switch (System.getProperty("os.arch")) {
      case "amd64" -> "x86_64";
      default -> System.getProperty("os.arch");
    };
  }
}

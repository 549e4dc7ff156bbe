package dev.adit.core.tls;

import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a server is the one that is meant. With pins: its key must be among them, and
 * nothing else counts. Without: the JDK's PKIX validation (dates, signatures, path, key usage; no
 * revocation, since most VPN gateways stand before any way to ask) against the roots of the
 * platform and of {@code --cafile}, then the host's name.
 */
public final class ServerTrust {
  private static final Path DEBIAN_ROOTS = Path.of("/etc/ssl/certs/ca-certificates.crt");

  private final List<ServerPin> pins;

  /** In the order in which they are asked. */
  private final List<Roots> roots;

  private ServerTrust(List<ServerPin> pins, List<Roots> roots) {
    this.pins = List.copyOf(pins);
    this.roots = List.copyOf(roots);
  }

  /**
   * Trust by pins, or by roots.
   *
   * @param authorities files of further roots, PEM or DER
   * @param system whether the platform's roots count
   */
  public static ServerTrust of(List<ServerPin> pins, List<Path> authorities, boolean system)
      throws VpnException {
    if (!pins.isEmpty()) {
      return new ServerTrust(pins, List.of());
    }
    List<Roots> roots = new ArrayList<>();
    for (Path file : authorities) {
      Roots named = new Roots(() -> rootsOf(file));
      named.manager();
      roots.add(named);
    }
    if (system) {
      roots.add(new Roots(() -> null));
      if (Files.isReadable(DEBIAN_ROOTS)) {
        roots.add(new Roots(() -> rootsOf(DEBIAN_ROOTS)));
      }
    }
    return new ServerTrust(List.of(), roots);
  }

  /**
   * Checks a chain.
   *
   * @param chain the server's own certificate first
   * @param host its name, or address
   * @throws UntrustedServerException with the reason and the ready pin
   */
  public void check(List<X509Certificate> chain, String host) throws VpnException {
    if (chain.isEmpty()) {
      throw new VpnException(Kind.UNTRUSTED_SERVER, host + " shows no certificate");
    }
    X509Certificate own = chain.get(0);
    ServerPin shown = ServerPin.of(own);
    if (!pins.isEmpty()) {
      if (!pins.contains(shown)) {
        throw new UntrustedServerException(
            host, "its key is " + shown + ", which no --servercert names", shown.toString());
      }
      return;
    }
    CertificateException failure = null;
    for (Roots some : roots) {
      try {
        some.manager().checkServerTrusted(chain.toArray(new X509Certificate[0]), "UNKNOWN");
        if (!HostNames.matches(own, host)) {
          throw new UntrustedServerException(
              host, "it is made out to " + names(own) + ", not to " + host, shown.toString());
        }
        return;
      } catch (CertificateException e) {
        failure = e;
      }
    }
    throw new UntrustedServerException(host, reason(chain, failure), shown.toString());
  }

  private static String names(X509Certificate certificate) {
    List<String> names = HostNames.names(certificate);
    return names.isEmpty() ? "nobody" : String.join(", ", names);
  }

  private static String reason(List<X509Certificate> chain, @Nullable CertificateException e) {
    for (X509Certificate certificate : chain) {
      String subject = certificate.getSubjectX500Principal().getName();
      try {
        certificate.checkValidity();
      } catch (CertificateExpiredException x) {
        return "\"" + subject + "\" expired on " + certificate.getNotAfter().toInstant();
      } catch (CertificateNotYetValidException x) {
        return "\"" + subject + "\" is not valid before " + certificate.getNotBefore().toInstant();
      }
    }
    X509Certificate last = chain.get(chain.size() - 1);
    String issuer = last.getIssuerX500Principal().getName();
    if (last.getIssuerX500Principal().equals(last.getSubjectX500Principal())) {
      return chain.size() == 1
          ? "it is self-signed"
          : "nobody here knows its authority \"" + issuer + "\" (--cafile can name it)";
    }
    String detail = e == null || e.getMessage() == null ? "" : e.getMessage();
    if (detail.contains("unable to find valid certification path") || e == null) {
      return "nobody here knows its issuer \""
          + issuer
          + "\", or the server does not send an intermediate certificate (--cafile can name it)";
    }
    return detail;
  }

  /**
   * Some roots, read when they are first asked: the platform's are many, and seldom needed twice.
   */
  private static final class Roots {
    interface Reader {
      /** Null for the platform's. */
      @Nullable KeyStore read() throws VpnException, GeneralSecurityException;
    }

    private final Reader reader;
    private @Nullable X509TrustManager manager;

    private Roots(Reader reader) {
      this.reader = reader;
    }

    /** By whichever thread makes a connection. */
    private synchronized X509TrustManager manager() throws VpnException {
      X509TrustManager known = manager;
      if (known == null) {
        try {
          known = ServerTrust.manager(reader.read());
        } catch (GeneralSecurityException e) {
          throw new VpnException(Kind.CONFIGURATION, "trusted certificates: " + e.getMessage(), e);
        }
        manager = known;
      }
      return known;
    }
  }

  private static X509TrustManager manager(@Nullable KeyStore roots)
      throws GeneralSecurityException {
    TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
    factory.init(roots);
    for (TrustManager manager : factory.getTrustManagers()) {
      if (manager instanceof X509TrustManager x509) {
        return x509;
      }
    }
    throw new GeneralSecurityException("the JDK has no X.509 trust manager");
  }

  private static KeyStore rootsOf(Path file) throws VpnException, GeneralSecurityException {
    try (InputStream in = Files.newInputStream(file)) {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      int count = 0;
      for (Certificate root : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        store.setCertificateEntry("root-" + count++, root);
      }
      if (count == 0) {
        throw new VpnException(Kind.CONFIGURATION, "--cafile " + file + ": no certificate in it");
      }
      return store;
    } catch (IOException e) {
      throw new VpnException(Kind.CONFIGURATION, "--cafile " + file + ": cannot be read", e);
    } catch (CertificateException e) {
      throw new VpnException(
          Kind.CONFIGURATION, "--cafile " + file + ": not a PEM or DER certificate", e);
    }
  }
}

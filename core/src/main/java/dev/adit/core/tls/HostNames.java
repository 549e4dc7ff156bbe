package dev.adit.core.tls;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/**
 * Whose certificate this is, RFC 6125: names of the subjectAltName; the common name counts only
 * where there is no such extension. A {@code *} stands for the whole left-most label of a name of
 * at least three labels. Addresses match addresses alone.
 */
final class HostNames {
  private static final int DNS = 2;
  private static final int IP = 7;

  private HostNames() {}

  static boolean isAddress(String host) {
    return host.indexOf(':') >= 0 || host.matches("\\d{1,3}(\\.\\d{1,3}){3}");
  }

  static boolean matches(X509Certificate certificate, String host) {
    boolean address = isAddress(host);
    return names(certificate).stream()
        .anyMatch(name -> address ? sameAddress(name, host) : matches(name, host));
  }

  /** Names that the certificate bears, for an error too. */
  static List<String> names(X509Certificate certificate) {
    List<String> names = new ArrayList<>();
    try {
      Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
      if (alternatives != null) {
        for (List<?> alternative : alternatives) {
          if (alternative.get(0) instanceof Integer type
              && (type == DNS || type == IP)
              && alternative.get(1) instanceof String name) {
            names.add(name);
          }
        }
        return names;
      }
      for (Rdn rdn : new LdapName(certificate.getSubjectX500Principal().getName()).getRdns()) {
        if ("CN".equalsIgnoreCase(rdn.getType())) {
          names.add(String.valueOf(rdn.getValue()));
        }
      }
    } catch (CertificateParsingException | InvalidNameException e) {
      return names;
    }
    return names;
  }

  private static boolean matches(String pattern, String host) {
    String wanted = plain(host);
    String name = plain(pattern);
    if (!name.startsWith("*.")) {
      return name.equals(wanted);
    }
    int dot = wanted.indexOf('.');
    return dot > 0
        && name.indexOf('.', 2) > 0
        && name.substring(1).equals(wanted.substring(dot))
        && name.indexOf('*', 1) < 0;
  }

  private static boolean sameAddress(String name, String host) {
    if (!isAddress(name)) {
      return false;
    }
    try {
      return InetAddress.getByName(name).equals(InetAddress.getByName(host));
    } catch (UnknownHostException e) {
      return false;
    }
  }

  private static String plain(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
  }
}

package dev.adit.core.pkcs11;

import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.core.sys.Pkcs11Module.CertificateObject;
import dev.adit.core.sys.Pkcs11Module.TokenInfo;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/**
 * A PKCS#11 URI (RFC 7512): {@code pkcs11:token=NAME;id=%01;object=LABEL?module-path=/x.so}. What
 * it does not say matches everything.
 */
public final class Pkcs11Uri {
  private static final String SCHEME = "pkcs11:";

  private final Map<String, byte[]> path;
  private final Optional<Path> module;
  private final Optional<Path> pinFile;

  private Pkcs11Uri(Map<String, byte[]> path, Optional<Path> module, Optional<Path> pinFile) {
    this.path = path;
    this.module = module;
    this.pinFile = pinFile;
  }

  public static boolean isOne(String text) {
    return text.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
  }

  /**
   * Reads one.
   *
   * @throws VpnException it is none; the message never repeats a PIN
   */
  public static Pkcs11Uri parse(String text) throws VpnException {
    if (!isOne(text)) {
      throw wrong("it has to begin with " + SCHEME);
    }
    String rest = text.substring(SCHEME.length());
    int mark = rest.indexOf('?');
    Map<String, byte[]> path = attributes(mark < 0 ? rest : rest.substring(0, mark), ";");
    Map<String, byte[]> query = attributes(mark < 0 ? "" : rest.substring(mark + 1), "&");
    if (query.containsKey("pin-value")) {
      throw wrong(
          "pin-value would show the PIN to everybody on this host;"
              + " pin-source=file:/PATH keeps it to yourself");
    }
    Optional<String> pinSource = text(query, "pin-source");
    Optional<Path> pinFile = Optional.empty();
    if (pinSource.isPresent()) {
      String file = pinSource.get().replaceFirst("^file:(//)?", "");
      if (!file.startsWith("/")) {
        throw wrong("pin-source is expected to be file:/PATH");
      }
      pinFile = Optional.of(Path.of(file));
    }
    Optional<String> kind = text(path, "type");
    if (kind.isPresent() && !kind.get().equals("cert") && !kind.get().equals("private")) {
      throw wrong("type=" + kind.get() + " is neither cert nor private");
    }
    return new Pkcs11Uri(path, text(query, "module-path").map(Path::of), pinFile);
  }

  /** The module to load, if it names one. */
  public Optional<Path> module() {
    return module;
  }

  /** The file with the PIN, if it names one. */
  public Optional<Path> pinFile() {
    return pinFile;
  }

  boolean matches(TokenInfo token) {
    return matches("token", token.label())
        && matches("manufacturer", token.manufacturer())
        && matches("model", token.model())
        && matches("serial", token.serial())
        && matches("slot-id", String.valueOf(token.slot()));
  }

  boolean matches(CertificateObject certificate) {
    return matches("object", certificate.label()) && matchesId(certificate.id());
  }

  /** A key and its certificate have the same id; their labels may differ. */
  boolean matchesId(String id) {
    byte[] wanted = path.get("id");
    return wanted == null || HexFormat.of().formatHex(wanted).equals(id);
  }

  private boolean matches(String attribute, String value) {
    byte[] wanted = path.get(attribute);
    return wanted == null || new String(wanted, StandardCharsets.UTF_8).equals(value);
  }

  /** The URI of one certificate on one token. */
  static String of(TokenInfo token, CertificateObject certificate) {
    StringBuilder uri = new StringBuilder(SCHEME);
    uri.append("token=").append(encoded(token.label()));
    uri.append(";serial=").append(encoded(token.serial()));
    if (!certificate.id().isEmpty()) {
      uri.append(";id=").append(certificate.id().replaceAll("..", "%$0"));
    }
    if (!certificate.label().isEmpty()) {
      uri.append(";object=").append(encoded(certificate.label()));
    }
    return uri.append(";type=cert").toString();
  }

  private static String encoded(String text) {
    StringBuilder out = new StringBuilder();
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) b;
      boolean plain = c < 0x80 && (Character.isLetterOrDigit(c) || "-._~".indexOf(c) >= 0);
      out.append(plain ? String.valueOf(c) : String.format("%%%02x", b & 0xff));
    }
    return out.toString();
  }

  private static Map<String, byte[]> attributes(String text, String separator) throws VpnException {
    Map<String, byte[]> all = new HashMap<>();
    for (String pair : text.isEmpty() ? new String[0] : text.split(separator)) {
      int equals = pair.indexOf('=');
      if (equals <= 0) {
        throw wrong("attributes are expected as NAME=VALUE");
      }
      String name = pair.substring(0, equals);
      if (all.put(name, decoded(name, pair.substring(equals + 1))) != null) {
        throw wrong(name + " is there twice");
      }
    }
    return all;
  }

  private static byte[] decoded(String name, String value) throws VpnException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c != '%') {
        out.writeBytes(String.valueOf(c).getBytes(StandardCharsets.UTF_8));
        continue;
      }
      if (i + 2 >= value.length()
          || Character.digit(value.charAt(i + 1), 16) < 0
          || Character.digit(value.charAt(i + 2), 16) < 0) {
        throw wrong(name + ": % is expected before two hexadecimal digits");
      }
      out.write(Integer.parseInt(value.substring(i + 1, i + 3), 16));
      i += 2;
    }
    return out.toByteArray();
  }

  private static Optional<String> text(Map<String, byte[]> attributes, String name) {
    return Optional.ofNullable(attributes.get(name))
        .map(bytes -> new String(bytes, StandardCharsets.UTF_8));
  }

  private static VpnException wrong(String why) {
    return new VpnException(Kind.CONFIGURATION, "PKCS#11 URI: " + why);
  }
}

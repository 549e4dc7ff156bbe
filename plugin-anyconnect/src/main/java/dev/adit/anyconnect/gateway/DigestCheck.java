package dev.adit.anyconnect.gateway;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Digest, RFC 7616, with {@code qop=auth}; a nonce is good for one answer. */
final class DigestCheck implements HttpCheck {
  private static final String REALM = "adit, the gateway";
  private static final Pattern PARAMETER =
      Pattern.compile("([A-Za-z-]+)\\s*=\\s*(?:\"((?:[^\"\\\\]|\\\\.)*)\"|([^\\s,\"]+))");

  /** Those that were given out, on whatever connection. */
  static final class Nonces {
    private static final int MOST_OPEN = 1_000;

    private final SecureRandom random;
    private final Set<String> open = new HashSet<>();

    Nonces(SecureRandom random) {
      this.random = random;
    }

    private String fresh() {
      if (open.size() >= MOST_OPEN) {
        open.clear();
      }
      byte[] bytes = new byte[16];
      random.nextBytes(bytes);
      String nonce = HexFormat.of().formatHex(bytes);
      open.add(nonce);
      return nonce;
    }
  }

  private final String algorithm;
  private final Map<String, String> users;
  private final Nonces nonces;

  DigestCheck(String algorithm, Map<String, String> users, Nonces nonces) {
    this.algorithm = algorithm;
    this.users = users;
    this.nonces = nonces;
  }

  @Override
  public String challenge() {
    return "Digest realm=\""
        + REALM
        + "\", qop=\"auth\", algorithm="
        + algorithm
        + ", nonce=\""
        + nonces.fresh()
        + "\"";
  }

  @Override
  public Verdict judge(String credentials, GatewayRequest request) {
    Map<String, String> given = new HashMap<>();
    for (Matcher m = PARAMETER.matcher(credentials); m.find(); ) {
      given.put(
          m.group(1), m.group(2) == null ? m.group(3) : m.group(2).replaceAll("\\\\(.)", "$1"));
    }
    String user = given.getOrDefault("username", "");
    String password = users.get(user);
    boolean fitting =
        algorithm.equals(given.getOrDefault("algorithm", "MD5"))
            && REALM.equals(given.get("realm"))
            && "auth".equals(given.get("qop"))
            && request.path().equals(given.get("uri"))
            && nonces.open.remove(given.getOrDefault("nonce", ""));
    if (!fitting || password == null) {
      return Verdict.REFUSED;
    }
    String expected =
        hash(
            hash(user + ":" + REALM + ":" + password)
                + ":"
                + given.get("nonce")
                + ":"
                + given.get("nc")
                + ":"
                + given.get("cnonce")
                + ":auth:"
                + hash(request.method() + ":" + request.path()));
    return GatewayLogin.matches(expected, given.getOrDefault("response", ""))
        ? Verdict.of(user)
        : Verdict.REFUSED;
  }

  private String hash(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance(algorithm).digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}

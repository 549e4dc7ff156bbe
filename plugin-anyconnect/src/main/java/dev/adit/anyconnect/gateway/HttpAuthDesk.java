package dev.adit.anyconnect.gateway;

import dev.adit.anyconnect.gateway.HttpCheck.Verdict;
import dev.adit.api.OptionValues;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.Optional;

/**
 * HTTP authentication in place of a form, RFC 9110 §11. Whoever passes is logged in.
 *
 * <pre>
 *   http-auth=SCHEME[,SCHEME...]  negotiate, ntlm, digest, digest-sha256, basic, bearer: offered in
 *                                 this order; forms among them: clients that do not say to know
 *                                 HTTP authentication get the form
 *   http-auth-keytab=FILE         keys of the service, for negotiate
 * </pre>
 *
 * A bearer's token is a user's password.
 */
final class HttpAuthDesk {
  private static final String FORMS = "forms";

  private final List<String> schemes;
  private final String keytab;
  private final Map<String, String> users;
  private final SecureRandom random;
  private final DigestCheck.Nonces nonces;

  HttpAuthDesk(OptionValues options, Map<String, String> users, SecureRandom random) {
    this.schemes = options.text("http-auth").map(t -> List.of(t.split(",", -1))).orElse(List.of());
    this.keytab = options.text("http-auth-keytab").orElse("");
    this.users = users;
    this.random = random;
    this.nonces = new DigestCheck.Nonces(random);
    checks();
  }

  /** What a new connection is judged by. */
  Visit visit() {
    return new Visit(checks(), schemes.contains(FORMS));
  }

  private Map<String, HttpCheck> checks() {
    Map<String, HttpCheck> all = new LinkedHashMap<>();
    for (String scheme : schemes) {
      if (!scheme.equals(FORMS)) {
        all.put(scheme, check(scheme));
      }
    }
    return all;
  }

  private HttpCheck check(String scheme) {
    return switch (scheme) {
      case "negotiate" -> new NegotiateCheck(keytab, users.keySet());
      case "ntlm" -> new NtlmCheck(users, random);
      case "digest" -> new DigestCheck("MD5", users, nonces);
      case "digest-sha256" -> new DigestCheck("SHA-256", users, nonces);
      case "basic" -> new Basic(users);
      case "bearer" -> new Bearer(users);
      default -> throw new IllegalArgumentException("http-auth=" + scheme + ": no such scheme");
    };
  }

  /** One connection: NTLM and Negotiate are of it, not of a request. */
  static final class Visit {
    private static final int MOST_FAILURES = 3;

    private final Map<String, HttpCheck> checks;
    private final boolean hasForms;
    private int failures;

    private Visit(Map<String, HttpCheck> checks, boolean hasForms) {
      this.checks = checks;
      this.hasForms = hasForms;
    }

    /** Whether this request has to be let in so. */
    boolean isFor(GatewayRequest request) {
      return !checks.isEmpty()
          && (!hasForms
              || request.header("X-Support-HTTP-Auth").filter("true"::equals).isPresent());
    }

    /** Judges a request; a refusal asks for more until it has been enough. */
    Answer judge(GatewayRequest request) {
      String[] shown = request.header("Authorization").orElse("").split(" +", 2);
      String credentials = shown.length > 1 ? shown[1].strip() : "";
      for (Entry<String, HttpCheck> one : checks.entrySet()) {
        String name = name(one.getValue());
        if (!name.equalsIgnoreCase(shown[0])) {
          continue;
        }
        Verdict verdict = one.getValue().judge(credentials, request);
        String more = verdict.token().map(token -> line(name + " " + token)).orElse("");
        if (verdict.user().isPresent() || !more.isEmpty()) {
          return new Answer(verdict.user(), one.getKey(), more, false);
        }
      }
      boolean refused = !shown[0].isEmpty();
      failures += refused ? 1 : 0;
      StringBuilder lines = new StringBuilder();
      if (failures < MOST_FAILURES) {
        checks.values().forEach(check -> lines.append(line(check.challenge())));
        lines.append(hasForms ? "X-HTTP-Auth-Support: fallback\r\n" : "");
      }
      return new Answer(Optional.empty(), shown[0], lines.toString(), refused);
    }

    private static String name(HttpCheck check) {
      return check.challenge().split(" ", 2)[0];
    }

    private static String line(String challenge) {
      return "WWW-Authenticate: " + challenge + "\r\n";
    }
  }

  /**
   * What becomes of a request.
   *
   * @param user who is let in
   * @param by scheme
   * @param headers lines for the answer
   * @param refused whether something was shown, and was no good
   */
  record Answer(Optional<String> user, String by, String headers, boolean refused) {}

  /** RFC 7617. */
  private record Basic(Map<String, String> users) implements HttpCheck {
    @Override
    public String challenge() {
      return "Basic realm=\"adit\", charset=\"UTF-8\"";
    }

    @Override
    public Verdict judge(String credentials, GatewayRequest request) {
      String[] pair = decoded(credentials).split(":", 2);
      return pair.length == 2 && GatewayLogin.matches(users.get(pair[0]), pair[1])
          ? Verdict.of(pair[0])
          : Verdict.REFUSED;
    }

    private static String decoded(String base64) {
      try {
        return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
      } catch (IllegalArgumentException e) {
        return "";
      }
    }
  }

  /** RFC 6750. */
  private record Bearer(Map<String, String> users) implements HttpCheck {
    @Override
    public String challenge() {
      return "Bearer realm=\"adit\"";
    }

    @Override
    public Verdict judge(String credentials, GatewayRequest request) {
      for (Entry<String, String> user : users.entrySet()) {
        if (GatewayLogin.matches(user.getValue(), credentials)) {
          return Verdict.of(user.getKey());
        }
      }
      return Verdict.REFUSED;
    }
  }
}

package dev.adit.core.http;

import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Schemes of HTTP authentication, the one to take first first. */
public enum HttpScheme {
  /** RFC 4559, by the ticket of Kerberos that the user has. */
  NEGOTIATE("Negotiate"),
  NTLM("NTLM"),
  /** RFC 7616. */
  DIGEST("Digest"),
  /** RFC 7617: the password itself. */
  BASIC("Basic");

  /** All that do not show the password to the other side. */
  public static final Set<HttpScheme> WITHOUT_BASIC = Set.of(NEGOTIATE, NTLM, DIGEST);

  private final String wireName;

  HttpScheme(String wireName) {
    this.wireName = wireName;
  }

  /** As a challenge names it. */
  public String wireName() {
    return wireName;
  }

  /** By name, without regard to case. */
  public static Optional<HttpScheme> fromWire(String name) {
    return Arrays.stream(values()).filter(s -> s.wireName.equalsIgnoreCase(name)).findFirst();
  }

  /**
   * Those that a list names, separated by commas.
   *
   * @param option that the list is of
   */
  public static Set<HttpScheme> parse(String option, String list) throws VpnException {
    Set<HttpScheme> all = EnumSet.noneOf(HttpScheme.class);
    for (String name : list.split(",", -1)) {
      Optional<HttpScheme> scheme = fromWire(name.strip());
      if (scheme.isEmpty()) {
        throw new VpnException(
            Kind.CONFIGURATION,
            option
                + ": \""
                + name.strip()
                + "\" is none of "
                + Arrays.stream(values())
                    .map(s -> s.wireName.toLowerCase(Locale.ROOT))
                    .collect(Collectors.joining(", ")));
      }
      all.add(scheme.get());
    }
    return all;
  }

  /** What a server or proxy offers, in its own words; for messages. */
  public static List<String> offered(List<String> challenges) {
    return challenges.stream()
        .map(challenge -> challenge.strip().split("[ ,]", 2)[0])
        .filter(scheme -> scheme.matches("[A-Za-z0-9-]{1,40}"))
        .distinct()
        .toList();
  }
}

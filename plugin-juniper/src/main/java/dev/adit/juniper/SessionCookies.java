package dev.adit.juniper;

import dev.adit.api.error.PeerViolationException;
import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.secret.SecretText;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The cookies of a session: {@code DSID} is the secret itself, the other two are Unix seconds.
 *
 * <p>As a ticket they are written {@code DSID=…; DSFirst=…; DSLast=…}, the notation that
 * openconnect 9.01 prints and takes; to the server they go under the names that it gave them,
 * {@code DSFirstAccess} and {@code DSLastAccess}. One owner at a time; closing wipes the secret.
 */
public final class SessionCookies implements AutoCloseable {
  /** The cookie whose presence means "logged in". */
  public static final String DSID = "DSID";

  /** When the session began, as the server names it. */
  public static final String FIRST_ACCESS = "DSFirstAccess";

  /** When it was last used, as the server names it; the answer to the upgrade may renew it. */
  public static final String LAST_ACCESS = "DSLastAccess";

  private static final int MAX_VALUE = 1024;
  private static final Pattern SECONDS = Pattern.compile("\\d{1,20}");

  private final SecretText dsid;
  private final Optional<String> first;
  private final Optional<String> last;

  private SessionCookies(SecretText dsid, Optional<String> first, Optional<String> last) {
    this.dsid = dsid;
    this.first = first.filter(SessionCookies::isSeconds);
    this.last = last.filter(SessionCookies::isSeconds);
  }

  /** From cookies of the server; times that are none are left out. */
  public static SessionCookies of(String dsid, Optional<String> first, Optional<String> last)
      throws PeerViolationException {
    if (!isValue(dsid)) {
      throw new PeerViolationException(
          "cookie DSID",
          "up to " + MAX_VALUE + " visible ASCII characters without ; and ,",
          dsid.length() + " characters, another among them");
    }
    return new SessionCookies(SecretText.of(dsid), first, last);
  }

  /** From text that a user kept: a bare value of DSID, or cookies separated by {@code ;}. */
  public static SessionCookies parse(SecretText given) throws VpnException {
    String text = given.reveal().strip();
    if (isValue(text) && text.indexOf('=') < 0) {
      return new SessionCookies(SecretText.of(text), Optional.empty(), Optional.empty());
    }
    String secret = "";
    Optional<String> first = Optional.empty();
    Optional<String> last = Optional.empty();
    for (String part : text.split(";", -1)) {
      int equals = part.indexOf('=');
      String name = equals < 0 ? "" : part.substring(0, equals).strip();
      String value = part.substring(equals + 1).strip();
      switch (name) {
        case DSID -> secret = value;
        case "DSFirst", FIRST_ACCESS -> first = Optional.of(value);
        case "DSLast", LAST_ACCESS -> last = Optional.of(value);
        default -> {
          // Other cookies of a browser are not needed.
        }
      }
    }
    if (!isValue(secret)) {
      throw new VpnException(
          Kind.CONFIGURATION,
          "the cookie is neither of the form DSID=SECRET that --authenticate prints"
              + " nor the bare value of a browser's cookie DSID");
    }
    return new SessionCookies(SecretText.of(secret), first, last);
  }

  /** The same session, used later: {@code DSLastAccess} of the answer to the upgrade. */
  public SessionCookies withLastAccess(String seconds) {
    return new SessionCookies(dsid.copy(), first, Optional.of(seconds));
  }

  /** For a ticket; the receiver's to close. */
  public SecretText toTicket() {
    return SecretText.of(joined("DSFirst", "DSLast"));
  }

  /** Value of a {@code Cookie} header; secret. */
  public String toHeader() {
    return joined(FIRST_ACCESS, LAST_ACCESS);
  }

  /** The session secret alone; stays this object's. */
  public SecretText dsid() {
    return dsid;
  }

  /** When the session began, in Unix seconds. */
  public Optional<String> firstAccess() {
    return first;
  }

  /** When it was last used, in Unix seconds. */
  public Optional<String> lastAccess() {
    return last;
  }

  @Override
  public void close() {
    dsid.close();
  }

  @Override
  public String toString() {
    return "SessionCookies[redacted]";
  }

  /** What a header line can carry: anything else could end the line or begin another cookie. */
  public static boolean isValue(String text) {
    return !text.isEmpty()
        && text.length() <= MAX_VALUE
        && text.chars().allMatch(c -> c > ' ' && c < 0x7f && c != ';' && c != ',');
  }

  private String joined(String firstName, String lastName) {
    return DSID
        + "="
        + dsid.reveal()
        + first.map(s -> "; " + firstName + "=" + s).orElse("")
        + last.map(s -> "; " + lastName + "=" + s).orElse("");
  }

  private static boolean isSeconds(String text) {
    return SECONDS.matcher(text).matches();
  }
}

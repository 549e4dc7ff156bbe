package dev.adit.core.http;

import java.security.Principal;
import java.security.PrivilegedActionException;
import java.security.PrivilegedExceptionAction;
import java.util.Base64;
import java.util.Map;
import javax.security.auth.Subject;
import javax.security.auth.login.AppConfigurationEntry;
import javax.security.auth.login.AppConfigurationEntry.LoginModuleControlFlag;
import javax.security.auth.login.Configuration;
import javax.security.auth.login.LoginContext;
import javax.security.auth.login.LoginException;
import org.apache.hc.client5.http.auth.AuthChallenge;
import org.apache.hc.client5.http.auth.AuthScheme;
import org.apache.hc.client5.http.auth.AuthenticationException;
import org.apache.hc.client5.http.auth.CredentialsProvider;
import org.apache.hc.client5.http.auth.MalformedChallengeException;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.ietf.jgss.GSSContext;
import org.ietf.jgss.GSSException;
import org.ietf.jgss.GSSManager;
import org.ietf.jgss.GSSName;
import org.ietf.jgss.Oid;
import org.jspecify.annotations.Nullable;

/**
 * Negotiate, RFC 4559: SPNEGO for {@code HTTP@HOST} by the JDK, with the ticket that {@code kinit}
 * got. Nobody is asked for anything. The server is known by TLS, so that it need not prove itself.
 */
final class NegotiateScheme implements AuthScheme {
  private static final String SPNEGO = "1.3.6.1.5.5.2";
  private static final byte[] NOTHING = {};

  private final String host;
  private @Nullable GSSContext context;
  private @Nullable Subject subject;
  private byte[] told = NOTHING;
  private boolean refused;

  NegotiateScheme(String host) {
    this.host = host;
  }

  @Override
  public String getName() {
    return HttpScheme.NEGOTIATE.wireName();
  }

  @Override
  public boolean isConnectionBased() {
    return true;
  }

  @Override
  public void processChallenge(AuthChallenge challenge, @Nullable HttpContext ignored)
      throws MalformedChallengeException {
    String token = challenge.getValue();
    refused = context != null && token == null;
    try {
      told = token == null ? NOTHING : Base64.getDecoder().decode(token);
    } catch (IllegalArgumentException e) {
      throw new MalformedChallengeException("its token is not base64");
    }
  }

  /** Whether the server is through with us: it answers what it was told with a first challenge. */
  @Override
  public boolean isChallengeComplete() {
    return refused;
  }

  @Override
  public @Nullable String getRealm() {
    return null;
  }

  @Override
  public boolean isResponseReady(
      HttpHost ignored, CredentialsProvider provider, @Nullable HttpContext context) {
    return true;
  }

  @Override
  public @Nullable Principal getPrincipal() {
    return null;
  }

  @Override
  public String generateAuthResponse(
      HttpHost ignored, HttpRequest request, @Nullable HttpContext unused)
      throws AuthenticationException {
    try {
      Subject who = subject == null ? ticketHolder() : subject;
      subject = who;
      byte[] token = Subject.doAs(who, (PrivilegedExceptionAction<byte[]>) this::next);
      return getName() + " " + Base64.getEncoder().encodeToString(token);
    } catch (LoginException e) {
      throw new AuthenticationException(
          "there is no ticket of Kerberos in " + cache() + "; kinit gets one");
    } catch (PrivilegedActionException e) {
      throw new AuthenticationException(
          "no ticket for HTTP@" + host + ": " + e.getException().getMessage());
    }
  }

  private byte[] next() throws GSSException {
    GSSContext open = context;
    if (open == null) {
      GSSManager manager = GSSManager.getInstance();
      GSSName peer = manager.createName("HTTP@" + host, GSSName.NT_HOSTBASED_SERVICE);
      open = manager.createContext(peer, new Oid(SPNEGO), null, GSSContext.DEFAULT_LIFETIME);
      context = open;
    }
    byte[] token = open.initSecContext(told, 0, told.length);
    return token == null ? NOTHING : token;
  }

  /** Where the JDK looks: in a file, whatever other kinds of caches there are. */
  private static String cache() {
    String named = System.getenv("KRB5CCNAME");
    if (named == null) {
      return "the cache of user "
          + System.getProperty("user.name")
          + " (KRB5CCNAME=FILE:... names another)";
    }
    return named + (named.matches("(?i)(?!FILE:)[A-Z]+:.*") ? " (only FILE:... can be read)" : "");
  }

  private static Subject ticketHolder() throws LoginException {
    LoginContext login = new LoginContext("adit", new Subject(), null, TICKET_CACHE);
    login.login();
    return login.getSubject();
  }

  private static final Configuration TICKET_CACHE =
      new Configuration() {
        @Override
        public AppConfigurationEntry[] getAppConfigurationEntry(String name) {
          return new AppConfigurationEntry[] {
            new AppConfigurationEntry(
                "com.sun.security.auth.module.Krb5LoginModule",
                LoginModuleControlFlag.REQUIRED,
                Map.of("useTicketCache", "true", "doNotPrompt", "true"))
          };
        }
      };
}

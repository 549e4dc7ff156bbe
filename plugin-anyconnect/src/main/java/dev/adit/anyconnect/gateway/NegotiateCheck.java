package dev.adit.anyconnect.gateway;

import java.security.PrivilegedActionException;
import java.security.PrivilegedExceptionAction;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.security.auth.Subject;
import javax.security.auth.login.AppConfigurationEntry;
import javax.security.auth.login.AppConfigurationEntry.LoginModuleControlFlag;
import javax.security.auth.login.Configuration;
import javax.security.auth.login.LoginContext;
import javax.security.auth.login.LoginException;
import org.ietf.jgss.GSSContext;
import org.ietf.jgss.GSSCredential;
import org.ietf.jgss.GSSException;
import org.ietf.jgss.GSSManager;
import org.jspecify.annotations.Nullable;

/** Negotiate, RFC 4559, by the JDK: tickets are checked by the keys of a keytab. */
final class NegotiateCheck implements HttpCheck {
  private final String keytab;
  private final Set<String> users;
  private @Nullable GSSContext context;

  NegotiateCheck(String keytab, Set<String> users) {
    this.keytab = keytab;
    this.users = users;
  }

  @Override
  public String challenge() {
    return "Negotiate";
  }

  @Override
  public Verdict judge(String credentials, GatewayRequest request) {
    try {
      byte[] token = Base64.getDecoder().decode(credentials);
      byte[] answer =
          Subject.doAs(service(), (PrivilegedExceptionAction<byte[]>) () -> accept(token));
      Optional<String> text =
          Optional.of(answer).filter(a -> a.length > 0).map(Base64.getEncoder()::encodeToString);
      GSSContext open = context;
      if (open == null || !open.isEstablished()) {
        return text.map(Verdict::goOn).orElse(Verdict.REFUSED);
      }
      String user = open.getSrcName().toString().replaceFirst("@.*", "");
      return users.contains(user) ? new Verdict(Optional.of(user), text) : Verdict.REFUSED;
    } catch (IllegalArgumentException
        | LoginException
        | PrivilegedActionException
        | GSSException e) {
      context = null;
      return Verdict.REFUSED;
    }
  }

  private byte[] accept(byte[] token) throws GSSException {
    GSSContext open = context;
    if (open == null) {
      open = GSSManager.getInstance().createContext((GSSCredential) null);
      context = open;
    }
    byte[] answer = open.acceptSecContext(token, 0, token.length);
    return answer == null ? new byte[0] : answer;
  }

  private Subject service() throws LoginException {
    LoginContext login = new LoginContext("adit", new Subject(), null, configuration());
    login.login();
    return login.getSubject();
  }

  private Configuration configuration() {
    return new Configuration() {
      @Override
      public AppConfigurationEntry[] getAppConfigurationEntry(String name) {
        return new AppConfigurationEntry[] {
          new AppConfigurationEntry(
              "com.sun.security.auth.module.Krb5LoginModule",
              LoginModuleControlFlag.REQUIRED,
              Map.of(
                  "useKeyTab", "true",
                  "keyTab", keytab,
                  "principal", "*",
                  "storeKey", "true",
                  "isInitiator", "false",
                  "doNotPrompt", "true"))
        };
      }
    };
  }
}

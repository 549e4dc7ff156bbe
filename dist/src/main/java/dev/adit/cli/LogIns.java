package dev.adit.cli;

import dev.adit.api.OptionValues;
import dev.adit.api.auth.LoginSettings;
import dev.adit.api.auth.SessionTicket;
import dev.adit.api.auth.SigningCertificate;
import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.secret.SecretText;
import dev.adit.api.tunnel.TlsSession;
import dev.adit.core.auth.CodeSource;
import dev.adit.core.auth.FormAnswerer;
import dev.adit.core.auth.FormEntry;
import dev.adit.core.auth.KnownAnswers;
import dev.adit.core.auth.SecretSource;
import dev.adit.core.auth.TerminalText;
import dev.adit.core.browser.Browsers;
import dev.adit.core.browser.Desktop;
import dev.adit.core.http.CoreHttpClient;
import dev.adit.core.http.HttpDump;
import dev.adit.core.net.Dialer;
import java.net.URI;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs in at servers, for a first time and again, and off. */
final class LogIns {
  private static final Logger LOG = LoggerFactory.getLogger(LogIns.class);

  private final Invocation asked;
  private final HostChecks hostChecks;
  private final KnownGateway gateway;
  private final Optional<SecretText> inheritedCookie;
  private final Optional<CookieCache> cache;
  private final Dialer dialer;
  private final boolean hasCertificate;
  private final Optional<SigningCertificate> secondCertificate;
  private Optional<KnownAnswers> known = Optional.empty();

  /** What a log-in yields, and the log-in itself, which may be needed again. */
  record LoggedIn(
      LoginContext context, SessionTicket ticket, boolean cached, @Nullable TlsSession tls) {}

  /**
   * By these means.
   *
   * @param inheritedCookie of a session that another process logged in to
   * @param dialer shows the client's certificate, if there is one
   */
  LogIns(
      Invocation asked,
      HostChecks hostChecks,
      KnownGateway gateway,
      Optional<SecretText> inheritedCookie,
      Optional<CookieCache> cache,
      Dialer dialer,
      boolean hasCertificate,
      Optional<SigningCertificate> secondCertificate) {
    this.asked = asked;
    this.hostChecks = hostChecks;
    this.gateway = gateway;
    this.inheritedCookie = inheritedCookie;
    this.cache = cache;
    this.dialer = dialer;
    this.hasCertificate = hasCertificate;
    this.secondCertificate = secondCertificate;
  }

  /** The first server that can be reached decides. */
  LoggedIn atFirstOf(List<URI> servers) throws VpnException, InterruptedException {
    for (URI server : servers.subList(0, servers.size() - 1)) {
      try {
        return at(server);
      } catch (VpnException e) {
        if (e.kind() != Kind.UNREACHABLE) {
          throw e;
        }
        LOG.warn("{} Trying the next of {} servers.", e.getMessage(), servers.size());
      }
    }
    return at(servers.get(servers.size() - 1));
  }

  /** Another log-in by the same answers, on the thread that asks for it. */
  SessionTicket again(LoginContext before) throws VpnException, InterruptedException {
    try (CoreHttpClient http = http(dialer)) {
      return authenticated(before.with(http).again());
    }
  }

  /**
   * For protocols whose good-bye is a request of its own; the session has ended for us anyway.
   *
   * @param inSession as the session's connections were made
   */
  void off(LoginContext login, Dialer inSession, SessionTicket ticket) {
    try (CoreHttpClient http = http(inSession)) {
      asked.protocol().logOut(login.with(http), ticket);
    } catch (VpnException e) {
      LOG.warn("not logged off at the server: {}", e.getMessage());
    } catch (InterruptedException e) {
      LOG.warn("not logged off at the server: stopped");
    }
  }

  private LoggedIn at(URI server) throws VpnException, InterruptedException {
    try (CoreHttpClient http = http(dialer)) {
      LoginContext context = context(server, http);
      Optional<SessionTicket> kept = kept(context);
      SessionTicket ticket = kept.isPresent() ? kept.get() : ticket(context);
      ticket.banner().ifPresent(b -> LOG.info("{}", TerminalText.clean(b)));
      return new LoggedIn(context, ticket, kept.isPresent(), http.tls().orElse(null));
    }
  }

  /** The session of {@code --cookie-cache}; what the user names goes before it. */
  private Optional<SessionTicket> kept(LoginContext context)
      throws VpnException, InterruptedException {
    boolean named =
        inheritedCookie.isPresent()
            || asked.options().session.cookieOnStdin
            || asked.secrets().find("cookie", asked.options().session.cookie).isPresent();
    if (named || cache.isEmpty()) {
      return Optional.empty();
    }
    Optional<SessionTicket> kept = cache.get().read(asked.plugin().clock().instant());
    if (kept.isEmpty()) {
      return kept;
    }
    LOG.info("Going on with the session that --cookie-cache kept.");
    try (SessionTicket ticket = kept.get()) {
      SessionTicket resumed = asked.protocol().resume(context, ticket.cookie());
      return Optional.of(
          new SessionTicket(resumed.cookie(), ticket.connectUrl(), resumed.banner()));
    }
  }

  private SessionTicket ticket(LoginContext context) throws VpnException, InterruptedException {
    if (inheritedCookie.isPresent()) {
      return asked.protocol().resume(context, inheritedCookie.get());
    }
    if (asked.options().session.cookieOnStdin) {
      try (SecretText cookie = StandardInput.line(System.in, "--cookie-on-stdin")) {
        return asked.protocol().resume(context, cookie);
      }
    }
    Optional<SecretSource> named = asked.secrets().find("cookie", asked.options().session.cookie);
    if (named.isPresent()) {
      try (SecretText cookie = asked.resolver().resolve(named.get())) {
        return asked.protocol().resume(context, cookie);
      }
    }
    return authenticated(context);
  }

  private SessionTicket authenticated(LoginContext context)
      throws VpnException, InterruptedException {
    SessionTicket ticket = asked.protocol().authenticate(context);
    if (cache.isPresent()) {
      cache.get().write(ticket, Optional.empty());
    }
    return ticket;
  }

  private CoreHttpClient http(Dialer by) {
    return new CoreHttpClient(
        by,
        gateway::addresses,
        asked.options().running.dumpHttp ? line -> System.err.println(line) : HttpDump.NONE,
        Clock.systemUTC());
  }

  private LoginContext context(URI server, CoreHttpClient http)
      throws VpnException, InterruptedException {
    KnownAnswers answers = known();
    LoginSettings settings =
        new LoginSettings(
            Optional.ofNullable(asked.options().login.user),
            Optional.ofNullable(asked.options().target.authGroup),
            asked.choices().identity(),
            new OptionValues(asked.protocolOptions()));
    FormAnswerer answerer = new FormAnswerer(answers, asked.resolver(), asked.prompter());
    return new LoginContext(
        asked.plugin(),
        server,
        settings,
        http,
        answerer,
        answers.token(),
        hostChecks,
        hasCertificate,
        secondCertificate,
        httpLogin(answerer),
        new Browsers(
            asked.choices().browser(),
            Desktop.of(System.getenv()),
            asked.prompter().available() ? asked.prompter() : new PipePrompter()));
  }

  private HttpLogin httpLogin(FormAnswerer answerer) throws VpnException {
    ConnectOptions.Login login = asked.options().login;
    Optional<SecretSource> bearer =
        Tokens.bearer(login.tokenMode, asked.secrets().find("token-secret", login.tokenSecret));
    return new HttpLogin(
        asked.choices().httpSchemes(),
        login.httpAuth != null || bearer.isPresent(),
        answerer,
        new HttpLogin.Bearer(bearer, asked.resolver()));
  }

  /** Once for all log-ins of this process: standard input has its password but once. */
  private KnownAnswers known() throws VpnException, InterruptedException {
    if (known.isPresent()) {
      return known.get();
    }
    ConnectOptions.Login login = asked.options().login;
    Optional<SecretSource> password = asked.secrets().find("password", null);
    if (login.passwordOnStdin) {
      password =
          Optional.of(new SecretSource.Given(StandardInput.line(System.in, "--passwd-on-stdin")));
    }
    List<FormEntry> entries = new ArrayList<>();
    for (String entry : login.formEntries) {
      entries.add(FormEntry.parse(entry));
    }
    KnownAnswers all =
        new KnownAnswers(
            Optional.ofNullable(login.user),
            login.noPassword ? Optional.empty() : password,
            Optional.empty(),
            asked.secrets().find(ConfigFile.SECOND_PASSWORD_KEY, null),
            Optional.ofNullable(asked.options().target.authGroup),
            entries,
            tokens());
    known = Optional.of(all);
    return all;
  }

  private Optional<CodeSource> tokens() throws VpnException, InterruptedException {
    ConnectOptions.Login login = asked.options().login;
    return new Tokens(asked.plugin().clock(), asked.resolver(), asked.prompter())
        .source(login.tokenMode, asked.secrets().find("token-secret", login.tokenSecret));
  }
}

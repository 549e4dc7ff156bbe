package dev.adit.juniper.auth;

import dev.adit.api.auth.AuthContext;
import dev.adit.api.auth.Notice;
import dev.adit.api.auth.SessionTicket;
import dev.adit.api.error.AuthenticationException;
import dev.adit.api.error.PeerViolationException;
import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.http.HttpBody;
import dev.adit.api.http.HttpResponse;
import dev.adit.juniper.SessionCookies;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The log-in: from page to page until the cookie {@code DSID} is there, whatever the status of the
 * page that comes with it (observed with openconnect 9.01).
 */
public final class Login {
  /** A chain of single sign-on takes about 16. */
  private static final int MOST_PAGES = 32;

  private static final String BY_BROWSER =
      "; log in with a browser and give the value of its cookie DSID with --cookie";

  private final AuthContext context;
  private final URI start;
  private final LoginHttp http;
  private final FormFiller filler;
  private final HostCheck hostCheck;
  private final SingleSignOn signOn;

  public Login(AuthContext context) {
    this.context = context;
    this.start = Urls.withPath(context.server());
    this.http = new LoginHttp(context);
    this.filler = new FormFiller(context);
    this.hostCheck = new HostCheck(context);
    this.signOn = new SingleSignOn(context, start);
  }

  /** Blocks until logged in. */
  public SessionTicket run() throws VpnException, InterruptedException {
    SessionTicket ticket = walkOrBrowse();
    hostCheck.loggedIn();
    return ticket;
  }

  /** A pin of the gateway's key says nothing of a provider's, which a browser judges by itself. */
  private SessionTicket walkOrBrowse() throws VpnException, InterruptedException {
    try {
      return walk();
    } catch (VpnException e) {
      if (e.kind() != Kind.UNTRUSTED_SERVER || !signOn.isElsewhere(http.current())) {
        throw e;
      }
      signOn.browse(http.current(), e.getMessage().lines().findFirst().orElse(""));
      return browsed();
    }
  }

  private SessionTicket browsed() throws VpnException {
    return ticket(start).orElseThrow(() -> new IllegalStateException("no DSID of the browser"));
  }

  private SessionTicket walk() throws VpnException, InterruptedException {
    HttpResponse response = http.get(start);
    for (int page = 0; page < MOST_PAGES; page++) {
      Optional<SessionTicket> ticket = ticket(response.uri());
      if (ticket.isPresent()) {
        return ticket.get();
      }
      Optional<HttpResponse> next = next(LoginPage.parse(response));
      if (next.isEmpty()) {
        return browsed();
      }
      response = next.get();
    }
    throw new PeerViolationException(
        "log-in at " + start.getHost(), "an end after at most " + MOST_PAGES + " pages", "more");
  }

  private Optional<SessionTicket> ticket(URI url) throws VpnException {
    Optional<String> dsid = http.session(url);
    if (dsid.isEmpty()) {
      return Optional.empty();
    }
    try (SessionCookies cookies =
        SessionCookies.of(
            dsid.get(),
            context.http().cookie(url, SessionCookies.FIRST_ACCESS),
            context.http().cookie(url, SessionCookies.LAST_ACCESS))) {
      return Optional.of(new SessionTicket(cookies.toTicket(), url.resolve("/"), Optional.empty()));
    }
  }

  /** One page answered; nothing if a browser has brought the session. */
  private Optional<HttpResponse> next(LoginPage page) throws VpnException, InterruptedException {
    refuseDeadEnds(page);
    Optional<PageForm> form = page.form();
    if (form.isEmpty()) {
      return withoutForm(page);
    }
    if (isRemediation(form.get().action())) {
      throw remediation(page);
    }
    Optional<FormKind> kind = form.get().kind();
    if (kind.isEmpty()) {
      if (signOn.isElsewhere(page.url())) {
        signOn.browse(page.url(), page.text());
        return Optional.empty();
      }
      throw unknown(page, form.get());
    }
    return Optional.of(answer(page, form.get(), kind.get()));
  }

  private HttpResponse answer(LoginPage page, PageForm form, FormKind kind)
      throws VpnException, InterruptedException {
    form.notices().forEach(n -> context.notice(new Notice(Notice.Level.BANNER, n)));
    if (kind == FormKind.TOTP_REGISTRATION) {
      throw new AuthenticationException(
          page.url().getHost()
              + " wants to set up one-time codes (frmTotpRegister); do that once in a browser");
    }
    if (kind == FormKind.ROLES) {
      return http.get(RolePage.choose(context, page, form, filler.hasAskedRealm()));
    }
    if (!form.isPost()) {
      throw new PeerViolationException(
          "form " + Texts.line(form.name(), 80), "method POST", "another");
    }
    if (kind == FormKind.CONFIRMATION) {
      context.notice(
          new Notice(
              Notice.Level.INFO,
              "The user has a session on "
                  + page.url().getHost()
                  + " already; going on may end it. The server says: "
                  + page.text()));
    }
    signOn.tell(page.url());
    HttpBody body = filler.fill(page, form, kind);
    return http.post(form.action(), body);
  }

  private Optional<HttpResponse> withoutForm(LoginPage page)
      throws VpnException, InterruptedException {
    if (hostCheck.isWanted(page.url())) {
      hostCheck.run(page.url());
      return Optional.of(http.get(page.url()));
    }
    Optional<URI> next = page.next();
    if (next.isPresent()) {
      return Optional.of(http.get(next.get()));
    }
    List<URI> frames = page.frames();
    if (frames.size() == 1) {
      return Optional.of(http.get(frames.get(0)));
    }
    if (signOn.isElsewhere(page.url())) {
      signOn.browse(page.url(), page.text());
      return Optional.empty();
    }
    throw new PeerViolationException(
        "page " + Urls.shown(page.url()),
        "a form, or a cookie DSPREAUTH",
        "neither" + frames(frames) + quoted(page.text()) + BY_BROWSER);
  }

  private void refuseDeadEnds(LoginPage page) throws VpnException {
    if (isRemediation(page.url())) {
      throw remediation(page);
    }
    Optional<Reason> reason = Reason.of(page.url());
    if (reason.filter(Reason::isFinal).isPresent() && filler.hasAnswered()) {
      throw new AuthenticationException(page.url().getHost() + ": " + FormFiller.why(page));
    }
  }

  private static boolean isRemediation(URI url) {
    return url.getPath() != null
        && url.getPath().toLowerCase(Locale.ROOT).contains("remediate.cgi");
  }

  private static VpnException remediation(LoginPage page) {
    return new VpnException(
        Kind.HOST_CHECK,
        page.url().getHost()
            + ": its Host Checker refuses this host (remediate.cgi)"
            + quoted(page.text())
            + "; the program for it (--csd-wrapper) has to meet the server's policy");
  }

  private static VpnException unknown(LoginPage page, PageForm form) {
    String fields =
        form.inputs().stream()
            .map(i -> i.name() + (i.isAsked() ? "" : " (hidden)"))
            .collect(Collectors.joining(", "));
    return new AuthenticationException(
        "the page "
            + Urls.shown(page.url())
            + " has a form that is not known here, "
            + (form.name().isEmpty()
                ? "without name and id"
                : "\"" + Texts.line(form.name(), 80) + "\"")
            + ", with "
            + (fields.isEmpty() ? "no fields" : "the fields " + Texts.line(fields, 400))
            + BY_BROWSER);
  }

  private static String frames(List<URI> frames) {
    return frames.isEmpty()
        ? ""
        : ", and the frames "
            + Texts.line(frames.stream().map(Urls::shown).collect(Collectors.joining(", ")), 400);
  }

  private static String quoted(String text) {
    return text.isEmpty() ? "" : ": \"" + Texts.line(text, 300) + "\"";
  }
}

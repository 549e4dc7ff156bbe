package dev.adit.cli;

import dev.adit.api.PluginContext;
import dev.adit.api.auth.AuthContext;
import dev.adit.api.auth.AuthForm;
import dev.adit.api.auth.BrowserRequest;
import dev.adit.api.auth.BrowserResult;
import dev.adit.api.auth.FormAnswers;
import dev.adit.api.auth.HostCheckHelper;
import dev.adit.api.auth.HostCheckRepeat;
import dev.adit.api.auth.HostCheckRequest;
import dev.adit.api.auth.HostCheckResult;
import dev.adit.api.auth.LoginSettings;
import dev.adit.api.auth.Notice;
import dev.adit.api.auth.SigningCertificate;
import dev.adit.api.error.VpnException;
import dev.adit.api.http.HttpClient;
import dev.adit.api.http.HttpHeader;
import dev.adit.api.http.HttpRequest;
import dev.adit.api.http.HttpResponse;
import dev.adit.api.secret.SecretText;
import dev.adit.core.auth.CodeSource;
import dev.adit.core.auth.FormAnswerer;
import dev.adit.core.auth.TerminalText;
import dev.adit.core.browser.Browsers;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a plugin's log-in is given here. */
record LoginContext(
    PluginContext plugin,
    URI server,
    LoginSettings settings,
    HttpClient http,
    FormAnswerer answerer,
    Optional<CodeSource> tokens,
    HostChecks hostChecks,
    boolean hasClientCertificate,
    Optional<SigningCertificate> secondCertificate,
    HttpLogin httpLogin,
    Browsers browsers)
    implements AuthContext {
  private static final Logger LOG = LoggerFactory.getLogger("dev.adit.login");

  /** The same for another log-in: codes that were said are used up. */
  LoginContext again() {
    return with(http, answerer.again());
  }

  /** The same over other connections. */
  LoginContext with(HttpClient other) {
    return with(other, answerer);
  }

  private LoginContext with(HttpClient by, FormAnswerer answering) {
    return new LoginContext(
        plugin,
        server,
        settings,
        by,
        answering,
        tokens,
        hostChecks,
        hasClientCertificate,
        secondCertificate,
        httpLogin.by(answering),
        browsers);
  }

  @Override
  public FormAnswers ask(AuthForm form) throws VpnException, InterruptedException {
    return answerer.answer(form);
  }

  @Override
  public void notice(Notice notice) {
    String text = TerminalText.clean(notice.text());
    switch (notice.level()) {
      case BANNER, INFO -> LOG.info("{}", text);
      case WARNING -> LOG.warn("{}", text);
      case ERROR -> LOG.error("{}", text);
    }
  }

  @Override
  public boolean invitesHttpAuthentication() {
    return httpLogin.isInvited();
  }

  @Override
  public Optional<HttpHeader> authorization(HttpRequest request, HttpResponse refusal)
      throws VpnException, InterruptedException {
    return httpLogin.answer(request, refusal);
  }

  @Override
  public boolean offersBrowser() {
    return browsers.offered();
  }

  @Override
  public BrowserResult browse(BrowserRequest request) throws VpnException, InterruptedException {
    return browsers.browse(request);
  }

  @Override
  public HostCheckResult checkHost(HostCheckRequest request)
      throws VpnException, InterruptedException {
    return hostChecks.run(request);
  }

  @Override
  public HostCheckHelper startHostCheck(HostCheckRequest request)
      throws VpnException, InterruptedException {
    return hostChecks.start(request);
  }

  @Override
  public void repeatHostCheck(Optional<Duration> interval, HostCheckRepeat repeat) {
    hostChecks.repeat(interval, repeat);
  }

  @Override
  public Optional<SecretText> tokenCode() throws VpnException {
    return tokens.isPresent() ? Optional.of(tokens.get().next()) : Optional.empty();
  }
}

package dev.adit.cli;

import dev.adit.api.OptionValues;
import dev.adit.api.PluginContext;
import dev.adit.api.auth.AuthContext;
import dev.adit.api.auth.AuthField;
import dev.adit.api.auth.AuthForm;
import dev.adit.api.auth.BrowserRequest;
import dev.adit.api.auth.BrowserResult;
import dev.adit.api.auth.ClientIdentity;
import dev.adit.api.auth.FormAnswers;
import dev.adit.api.auth.HostCheckHelper;
import dev.adit.api.auth.HostCheckRepeat;
import dev.adit.api.auth.HostCheckRequest;
import dev.adit.api.auth.HostCheckResult;
import dev.adit.api.auth.LoginSettings;
import dev.adit.api.auth.Notice;
import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.http.HttpClient;
import dev.adit.api.secret.SecretText;
import dev.adit.core.auth.TerminalText;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** A log-in that ends at the first question, to learn what the server asks. */
final class FirstQuestion implements AuthContext {
  private final URI server;
  private final HttpClient http;
  private final ClientIdentity identity;
  private final PluginContext plugin = new PluginContext(new SecureRandom(), Clock.systemUTC());
  private Optional<String> asked = Optional.empty();

  FirstQuestion(URI server, HttpClient http) {
    this(server, http, identity());
  }

  /** As somebody else. */
  FirstQuestion(URI server, HttpClient http, ClientIdentity identity) {
    this.identity = identity;
    this.server = server;
    this.http = http;
  }

  /** What it was, in words; empty if there was none. */
  Optional<String> asked() {
    return asked;
  }

  @Override
  public PluginContext plugin() {
    return plugin;
  }

  @Override
  public URI server() {
    return server;
  }

  @Override
  public LoginSettings settings() {
    return new LoginSettings(
        Optional.empty(), Optional.empty(), identity, new OptionValues(Map.of()));
  }

  @Override
  public HttpClient http() {
    return http;
  }

  @Override
  public FormAnswers ask(AuthForm form) throws VpnException {
    throw stop(
        "asks for "
            + form.fields().stream()
                .filter(f -> f.type() != AuthField.Type.HIDDEN)
                .map(FirstQuestion::words)
                .collect(Collectors.joining(", ")));
  }

  @Override
  public void notice(Notice notice) {
    // Not what was asked.
  }

  @Override
  public BrowserResult browse(BrowserRequest request) throws VpnException {
    throw stop("wants a log-in by browser");
  }

  @Override
  public HostCheckResult checkHost(HostCheckRequest request) throws VpnException {
    throw wantsHostCheck(request);
  }

  @Override
  public HostCheckHelper startHostCheck(HostCheckRequest request) throws VpnException {
    throw wantsHostCheck(request);
  }

  @Override
  public void repeatHostCheck(Optional<Duration> interval, HostCheckRepeat repeat) {
    // No session follows.
  }

  @Override
  public boolean hasClientCertificate() {
    return false;
  }

  @Override
  public Optional<SecretText> tokenCode() {
    return Optional.empty();
  }

  private VpnException wantsHostCheck(HostCheckRequest request) {
    return stop("wants a host check: " + TerminalText.line(String.join(", ", request.wanted())));
  }

  private VpnException stop(String words) {
    asked = Optional.of("the server " + words);
    return new VpnException(Kind.CANCELLED, words);
  }

  private static String words(AuthField field) {
    String name = TerminalText.line(field.name());
    return field.choices().isEmpty()
        ? name
        : name
            + " ("
            + field.choices().stream()
                .map(c -> TerminalText.line(c.label()))
                .collect(Collectors.joining(" | "))
            + ")";
  }

  static ClientIdentity identity() {
    return new Choices(new ConnectOptions()).identity();
  }
}

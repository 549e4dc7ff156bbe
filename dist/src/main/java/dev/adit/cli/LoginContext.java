package dev.adit.cli;

import dev.adit.api.PluginContext;
import dev.adit.api.auth.AuthContext;
import dev.adit.api.auth.AuthForm;
import dev.adit.api.auth.BrowserRequest;
import dev.adit.api.auth.BrowserResult;
import dev.adit.api.auth.FormAnswers;
import dev.adit.api.auth.HostCheckRequest;
import dev.adit.api.auth.HostCheckResult;
import dev.adit.api.auth.LoginSettings;
import dev.adit.api.auth.Notice;
import dev.adit.api.error.AuthenticationException;
import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.http.HttpClient;
import dev.adit.api.secret.SecretText;
import dev.adit.core.auth.CodeSource;
import dev.adit.core.auth.FormAnswerer;
import dev.adit.core.auth.TerminalText;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
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
    Optional<Path> hostChecker,
    boolean hasClientCertificate)
    implements AuthContext {
  private static final Logger LOG = LoggerFactory.getLogger("dev.adit.login");
  private static final long HOST_CHECK_SECONDS = 120;
  private static final int MAX_OUTPUT = 64 << 10;

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
  public BrowserResult browse(BrowserRequest request) throws VpnException {
    throw new AuthenticationException("the server wants a browser, which this version cannot use");
  }

  @Override
  public HostCheckResult checkHost(HostCheckRequest request)
      throws VpnException, InterruptedException {
    if (hostChecker.isEmpty()) {
      throw new VpnException(
          Kind.HOST_CHECK,
          "the server demands a host check ("
              + String.join(", ", request.wanted())
              + "), and no program is named for it: --csd-wrapper CMD");
    }
    LOG.info(
        "The server wants a host check ({}); running {}.",
        String.join(", ", request.wanted()),
        hostChecker.get());
    List<String> argv = new ArrayList<>(List.of(hostChecker.get().toString()));
    argv.addAll(request.arguments());
    try {
      ProcessBuilder builder = new ProcessBuilder(argv).redirectErrorStream(true);
      builder.environment().putAll(request.environment());
      Process process = builder.start();
      process.getOutputStream().close();
      boolean ended = process.waitFor(HOST_CHECK_SECONDS, TimeUnit.SECONDS);
      if (!ended) {
        process.destroyForcibly();
        throw new VpnException(
            Kind.HOST_CHECK,
            hostChecker.get() + " did not end within " + HOST_CHECK_SECONDS + " s");
      }
      String output =
          new String(process.getInputStream().readNBytes(MAX_OUTPUT), StandardCharsets.UTF_8);
      return new HostCheckResult(process.exitValue(), output);
    } catch (IOException e) {
      throw new VpnException(
          Kind.HOST_CHECK, hostChecker.get() + " cannot be run: " + e.getMessage(), e);
    }
  }

  @Override
  public Optional<SecretText> tokenCode() throws VpnException {
    return tokens.isPresent() ? Optional.of(tokens.get().next()) : Optional.empty();
  }
}

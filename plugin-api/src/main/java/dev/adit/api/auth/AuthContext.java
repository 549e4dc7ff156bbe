package dev.adit.api.auth;

import dev.adit.api.PluginContext;
import dev.adit.api.error.VpnException;
import dev.adit.api.http.HttpClient;
import dev.adit.api.http.HttpHeader;
import dev.adit.api.http.HttpRequest;
import dev.adit.api.http.HttpResponse;
import dev.adit.api.secret.SecretText;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/** All that a log-in may use. Belongs to the thread that {@code authenticate} runs on. */
public interface AuthContext {
  PluginContext plugin();

  /** What the user asked for: scheme {@code https}, host, port unless the default, path. */
  URI server();

  LoginSettings settings();

  HttpClient http();

  /**
   * Fills a form: from options, configuration and secrets, then by asking a person. What is known
   * but rejected before (the same field asked again with an error) is not given twice.
   *
   * @return one answer for each field that takes one, hidden ones included
   * @throws VpnException a field has no answer and nobody can be asked; the message names it
   */
  FormAnswers ask(AuthForm form) throws VpnException, InterruptedException;

  /** Shows text of the server: a banner, a message, an error. Core makes it harmless. */
  void notice(Notice notice);

  /**
   * Whether a log-in by browser may be offered to the server: not with {@code --no-external-auth}.
   */
  default boolean offersBrowser() {
    return true;
  }

  /**
   * Lets a browser do a part of the log-in: the desktop's own, a program, or one elsewhere.
   *
   * @throws VpnException there is none, the user or the server refused, or time ran out
   */
  BrowserResult browse(BrowserRequest request) throws VpnException, InterruptedException;

  /**
   * Runs the user's program for host checks to its end.
   *
   * @throws VpnException of kind {@code HOST_CHECK}: none is configured, or it failed
   */
  HostCheckResult checkHost(HostCheckRequest request) throws VpnException, InterruptedException;

  /**
   * Starts the user's program for host checks as a helper that stays for the session, which is
   * longer than the log-in. There is one: a helper that was started before is ended.
   *
   * @throws VpnException of kind {@code HOST_CHECK}: none is configured, or it cannot be run
   */
  HostCheckHelper startHostCheck(HostCheckRequest request)
      throws VpnException, InterruptedException;

  /**
   * Has a check repeated from now to the end of the session, in place of one that was to be
   * repeated before.
   *
   * @param interval what the server or the helper asks for; empty where only the user can want it.
   *     The user's own interval ({@code --force-trojan}) comes first
   */
  void repeatHostCheck(Optional<Duration> interval, HostCheckRepeat repeat);

  /** Whether a client certificate is configured and offered in TLS when the server asks. */
  boolean hasClientCertificate();

  /** Whether the user wants HTTP authentication, so that a server may be told of it. */
  default boolean invitesHttpAuthentication() {
    return false;
  }

  /**
   * Answers a 401 by HTTP authentication, RFC 9110 §11, with the schemes that the user allowed.
   *
   * @param request that was refused; NTLM and Negotiate need it on the same connection again
   * @param refusal its {@code WWW-Authenticate} is looked at, and the answers before
   * @return the header to send the request again with; empty if nothing that is offered may or can
   *     be used
   */
  default Optional<HttpHeader> authorization(HttpRequest request, HttpResponse refusal)
      throws VpnException, InterruptedException {
    return Optional.empty();
  }

  /** The user's second certificate, for log-ins that want two: one in TLS, one that signs. */
  default Optional<SigningCertificate> secondCertificate() {
    return Optional.empty();
  }

  /** A one-time code by {@code --token-mode}; each call gives the next one. */
  Optional<SecretText> tokenCode() throws VpnException;
}

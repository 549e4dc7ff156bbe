package dev.adit.core.http;

import dev.adit.api.error.VpnException;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.hc.client5.http.auth.AuthChallenge;
import org.apache.hc.client5.http.auth.AuthScheme;
import org.apache.hc.client5.http.auth.AuthenticationException;
import org.apache.hc.client5.http.auth.ChallengeType;
import org.apache.hc.client5.http.auth.Credentials;
import org.apache.hc.client5.http.auth.MalformedChallengeException;
import org.apache.hc.client5.http.auth.NTCredentials;
import org.apache.hc.client5.http.auth.UsernamePasswordCredentials;
import org.apache.hc.client5.http.impl.auth.AuthChallengeParser;
import org.apache.hc.client5.http.impl.auth.BasicScheme;
import org.apache.hc.client5.http.impl.auth.DigestScheme;
import org.apache.hc.client5.http.impl.auth.NTLMScheme;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.ParseException;
import org.apache.hc.core5.http.message.BasicHttpRequest;
import org.apache.hc.core5.http.message.ParserCursor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers challenges of HTTP authentication, RFC 9110 §11, of one server or proxy. The strongest
 * scheme that is offered and allowed goes first; one that fails makes room for the next. One
 * thread, one request after the other; NTLM needs them to go by one connection.
 */
public final class HttpAuthentication {
  private static final Logger LOG = LoggerFactory.getLogger(HttpAuthentication.class);

  /** Gives a user name and a password. */
  public interface Source {
    /**
     * Gives them.
     *
     * @param realm what they are for, in the other side's words
     * @param refused whether those given last are wrong
     * @throws VpnException there are none
     */
    UserPassword of(String realm, boolean refused) throws VpnException, InterruptedException;
  }

  private final Set<HttpScheme> allowed;
  private final HttpHost host;
  private final Source source;
  private final Set<HttpScheme> failed = EnumSet.noneOf(HttpScheme.class);
  private @Nullable Conversation current;

  /** As much of a request as a digest is over; the target is not always a path. */
  private static final class RequestLine extends BasicHttpRequest {
    private static final long serialVersionUID = 1L;

    private final String target;

    private RequestLine(String method, String target) {
      super(method, target);
      this.target = target;
    }

    @Override
    public String getRequestUri() {
      return target;
    }
  }

  /** A scheme in use. */
  private record Conversation(HttpScheme scheme, AuthScheme engine) {}

  /**
   * Authentication to one host.
   *
   * @param host that the tickets are for
   */
  public HttpAuthentication(Set<HttpScheme> allowed, String host, Source source) {
    this.allowed = Set.copyOf(allowed);
    this.host = new HttpHost(host);
    this.source = source;
  }

  /** What goes with a first request: the password, if nothing but Basic may be used. */
  public Optional<String> unasked(String method, String target)
      throws VpnException, InterruptedException {
    return allowed.equals(Set.of(HttpScheme.BASIC))
        ? answer(method, target, List.of("Basic realm=\"\""))
        : Optional.empty();
  }

  /**
   * The value of {@code Authorization} or {@code Proxy-Authorization} for the same request, sent
   * again.
   *
   * @param target of the request line
   * @param challenges values of {@code WWW-Authenticate} or {@code Proxy-Authenticate}
   * @return empty if nothing that is offered may or can be used
   */
  public Optional<String> answer(String method, String target, List<String> challenges)
      throws VpnException, InterruptedException {
    Map<HttpScheme, AuthChallenge> offered = parse(challenges);
    for (HttpScheme scheme : HttpScheme.values()) {
      AuthChallenge challenge = offered.get(scheme);
      while (challenge != null && allowed.contains(scheme) && !failed.contains(scheme)) {
        Optional<String> answer = answer(scheme, challenge, method, target);
        if (answer.isPresent()) {
          return answer;
        }
      }
    }
    return Optional.empty();
  }

  private Optional<String> answer(
      HttpScheme scheme, AuthChallenge challenge, String method, String target)
      throws VpnException, InterruptedException {
    Conversation before = current;
    boolean goesOn = before != null && before.scheme == scheme;
    AuthScheme engine = before != null && goesOn ? before.engine : engine(scheme);
    HttpClientContext context = HttpClientContext.create();
    try {
      if (scheme == HttpScheme.NTLM) {
        NtlmChallenge.check(challenge.getValue());
      }
      engine.processChallenge(challenge, context);
      boolean refused = goesOn && engine.isChallengeComplete();
      if (refused && scheme == HttpScheme.NEGOTIATE) {
        throw new AuthenticationException("the ticket is refused");
      }
      if (refused) {
        // A fresh engine: what it said is not taken. A digest that is merely stale does not come
        // here.
        engine = engine(scheme);
        engine.processChallenge(challenge, context);
      }
      current = new Conversation(scheme, engine);
      if (scheme != HttpScheme.NEGOTIATE && (!goesOn || refused)) {
        prepare(scheme, engine, refused, context);
      }
      return Optional.of(
          engine.generateAuthResponse(host, new RequestLine(method, target), context));
    } catch (MalformedChallengeException | AuthenticationException e) {
      LOG.info("HTTP authentication by {}: {}", scheme.wireName(), e.getMessage());
      failed.add(scheme);
      current = null;
      return Optional.empty();
    }
  }

  private void prepare(
      HttpScheme scheme, AuthScheme engine, boolean refused, HttpClientContext context)
      throws VpnException, InterruptedException, AuthenticationException {
    String realm = engine.getRealm() == null ? host.getHostName() : engine.getRealm();
    try (UserPassword who = source.of(realm, refused)) {
      Credentials credentials = credentials(scheme, who);
      engine.isResponseReady(host, (scope, ignored) -> credentials, context);
    }
  }

  /** The library thinks little of NTLM, which is right; some proxies know nothing else. */
  @SuppressWarnings("deprecation")
  private static Credentials credentials(HttpScheme scheme, UserPassword who) {
    char[] password = who.password().expose().clone();
    if (scheme != HttpScheme.NTLM) {
      return new UsernamePasswordCredentials(who.user(), password);
    }
    int backslash = who.user().indexOf('\\');
    String domain = who.user().substring(0, Math.max(0, backslash));
    return new NTCredentials(who.user().substring(backslash + 1), password, "", domain);
  }

  @SuppressWarnings("deprecation")
  private AuthScheme engine(HttpScheme scheme) {
    return switch (scheme) {
      case NEGOTIATE -> new NegotiateScheme(host.getHostName());
      case NTLM -> new NTLMScheme();
      case DIGEST -> new DigestScheme();
      case BASIC -> new BasicScheme(StandardCharsets.UTF_8);
    };
  }

  private static Map<HttpScheme, AuthChallenge> parse(List<String> challenges) {
    Map<HttpScheme, AuthChallenge> all = new HashMap<>();
    for (String line : challenges) {
      try {
        for (AuthChallenge one :
            new AuthChallengeParser()
                .parse(ChallengeType.TARGET, line, new ParserCursor(0, line.length()))) {
          HttpScheme.fromWire(one.getSchemeName()).ifPresent(s -> all.putIfAbsent(s, one));
        }
      } catch (ParseException e) {
        LOG.debug(
            "HTTP authentication: a challenge of {} characters makes no sense", line.length());
      }
    }
    return all;
  }
}

package dev.adit.anyconnect.auth;

import dev.adit.anyconnect.AnyConnectProtocol;
import dev.adit.anyconnect.ClientProfile;
import dev.adit.anyconnect.SessionCookie;
import dev.adit.anyconnect.sso.BrowserLogin;
import dev.adit.api.auth.AuthContext;
import dev.adit.api.auth.AuthField;
import dev.adit.api.auth.AuthField.Choice;
import dev.adit.api.auth.AuthForm;
import dev.adit.api.auth.FormAnswers;
import dev.adit.api.auth.Notice;
import dev.adit.api.auth.SessionTicket;
import dev.adit.api.auth.SigningCertificate;
import dev.adit.api.error.AuthenticationException;
import dev.adit.api.error.PeerViolationException;
import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.http.HttpBody;
import dev.adit.api.secret.SecretText;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The log-in from the first document to the session cookie. */
public final class Login {
  /** More steps than this are a loop. */
  private static final int MOST_STEPS = 40;

  /** Name of the field for what a browser brings. */
  private static final String SSO_TOKEN = "sso-token";

  private static final int MOST_GROUP_CHANGES = 5;

  /** Forms in a row that ask nothing and yet lead nowhere. */
  private static final int MOST_SILENT_FORMS = 3;

  private final AuthContext context;
  private final ClientDocument documents;
  private final LoginExchange exchange;
  private final BrowserLogin browser;
  private boolean xml;
  private final HostScan.Pause pause;
  private boolean certificateTried;
  private boolean certificateFailed;
  private boolean secondShown;
  private Optional<String> requestedGroup = Optional.empty();
  private Optional<String> opaque = Optional.empty();
  private Optional<String> hostScanToken = Optional.empty();
  private int groupChanges;
  private int silentForms;
  private boolean passwordGiven;
  private boolean browserDone;
  private String shownBanner = "";

  public Login(AuthContext context) {
    this(context, () -> TimeUnit.SECONDS.sleep(1));
  }

  Login(AuthContext context, HostScan.Pause pause) {
    ClientProfile profile = new ClientProfile(context.settings().identity());
    this.context = context;
    this.pause = pause;
    this.browser = new BrowserLogin(context);
    this.documents = new ClientDocument(profile, methods(context));
    this.xml = !context.settings().options().flag(AnyConnectProtocol.NO_XMLPOST);
    this.exchange = new LoginExchange(context, profile, xml, browser.headers());
  }

  private static List<String> methods(AuthContext context) {
    List<String> all = new ArrayList<>();
    if (context.offersBrowser()) {
      all.addAll(BrowserLogin.METHODS);
    }
    if (context.secondCertificate().isPresent()) {
      all.add(TwoCertificates.METHOD);
    }
    return all;
  }

  /** Blocks until logged in. */
  public SessionTicket run() throws VpnException, InterruptedException {
    ServerDocument document = begin();
    for (int step = 0; step < MOST_STEPS; step++) {
      Optional<String> cookie = sessionCookie(document);
      if (cookie.isPresent()) {
        String banner = document.text("banner");
        return new SessionTicket(
            SessionCookie.of(cookie.get(), browser.bound()),
            exchange.connectUrl(),
            banner.isEmpty() ? Optional.empty() : Optional.of(banner));
      }
      opaque = document.opaque().or(() -> opaque);
      document = next(document);
    }
    throw new VpnException(
        Kind.PEER_VIOLATION, "the log-in did not end after " + MOST_STEPS + " steps");
  }

  /** The first answer; falls back to the older way where XML is not understood. */
  private ServerDocument begin() throws VpnException, InterruptedException {
    if (xml) {
      try {
        return init();
      } catch (LoginExchange.NotXmlException e) {
        context.notice(
            new Notice(
                Notice.Level.INFO,
                "The server does not take XML log-ins (" + e.getMessage() + "); trying forms."));
        xml = false;
        exchange.startOver();
      }
    }
    try {
      return older();
    } catch (PeerViolationException e) {
      throw new VpnException(
          Kind.PEER_VIOLATION,
          context.server().getAuthority()
              + " does not answer like an AnyConnect gateway ("
              + e.getMessage()
              + "). Servers also do this to clients that they do not know:"
              + " --useragent can change what we say we are",
          e);
    }
  }

  /** The first page in the older way. */
  private ServerDocument older() throws VpnException, InterruptedException {
    return ServerDocument.parse(exchange.get().body().text());
  }

  /** Asks from the start, with what is known by now. */
  private ServerDocument init() throws VpnException, InterruptedException {
    passwordGiven = false;
    if (!xml) {
      return older();
    }
    HttpBody body = documents.init(exchange.accessUrl(), requestedGroup, certificateFailed);
    return exchange.postXml(body);
  }

  private ServerDocument next(ServerDocument document) throws VpnException, InterruptedException {
    if (document.has("client-cert-request")) {
      return offerCertificate(document);
    }
    if (document.has("multiple-client-cert-request")) {
      return showBoth(document);
    }
    if (document.hostScan().isPresent() && hostScanToken.isEmpty()) {
      HostScan scan = new HostScan(context, exchange, pause);
      hostScanToken = Optional.of(scan.run(document.hostScan().get(), requestedGroup.orElse("")));
      return init();
    }
    if (document.isSuccess()) {
      throw new PeerViolationException("log-in", "a session cookie at its end", "none");
    }
    if (xml && document.wantsEmptyReply()) {
      try (FormAnswers none = new FormAnswers(Map.of())) {
        return exchange.postXml(
            documents.reply(List.of(), none, requestedGroup, opaque, hostScanToken));
      }
    }
    Optional<ServerForm> form = document.form();
    if (form.isEmpty()) {
      throw refused(document);
    }
    if (document.hasOddMethod()) {
      throw new PeerViolationException("form method", "POST", "another");
    }
    String banner = document.text("banner");
    if (!banner.isEmpty() && !banner.equals(shownBanner)) {
      shownBanner = banner;
      context.notice(new Notice(Notice.Level.BANNER, banner));
    }
    return answer(document, form.get());
  }

  private ServerDocument answer(ServerDocument document, ServerForm form)
      throws VpnException, InterruptedException {
    Optional<String> group = Optional.empty();
    if (form.groups().isPresent()) {
      ServerForm.GroupList list = form.groups().get();
      String chosen = chooseGroup(document, list);
      boolean shown = chosen.equals(list.selected());
      boolean asked = requestedGroup.filter(chosen::equals).isPresent();
      group = Optional.of(chosen);
      if (xml && !shown && !asked) {
        if (++groupChanges > MOST_GROUP_CHANGES) {
          throw new VpnException(
              Kind.PEER_VIOLATION,
              "the server keeps asking for the group; is " + chosen + " right?");
        }
        requestedGroup = group;
        return init();
      }
      requestedGroup = group;
    }
    if (document.wantsBrowser()) {
      return browse(document, form, group);
    }
    List<AuthField> fields = fields(document, form, group.orElse(""));
    if (fields.isEmpty() && form.groups().isEmpty()) {
      throw refused(document);
    }
    boolean asks = fields.stream().anyMatch(f -> f.type() != AuthField.Type.HIDDEN);
    silentForms = asks ? 0 : silentForms + 1;
    if (silentForms > MOST_SILENT_FORMS) {
      throw refused(document);
    }
    AuthForm asked =
        new AuthForm(
            document.authId(),
            document.text("title"),
            document.text("message"),
            errorOf(document),
            fields);
    try (FormAnswers answers = context.ask(asked)) {
      passwordGiven |= fields.stream().anyMatch(Login::asksPassword);
      exchange.follow(form.action());
      exchange.answering(fields.stream().anyMatch(f -> f.role() == AuthField.Role.TOKEN_CODE));
      if (xml) {
        return exchange.postXml(documents.reply(fields, answers, group, opaque, hostScanToken));
      }
      return ServerDocument.parse(
          exchange.postForm(ClientDocument.urlEncoded(fields, answers, group)).body().text());
    }
  }

  /** The form is a browser's to answer; what it brings is a field of it. */
  private ServerDocument browse(ServerDocument document, ServerForm form, Optional<String> group)
      throws VpnException, InterruptedException {
    if (browserDone || !xml) {
      throw document.error().isEmpty()
          ? new AuthenticationException("the server did not accept the log-in by browser")
          : refused(document);
    }
    browserDone = true;
    List<AuthField> fields = new ArrayList<>();
    Map<String, SecretText> values = new HashMap<>();
    for (AuthField field : form.fieldsFor(group.orElse(""))) {
      if (field.type() == AuthField.Type.HIDDEN) {
        fields.add(field);
        values.put(field.name(), SecretText.of(field.preset()));
      }
    }
    fields.add(AuthField.input(SSO_TOKEN, "", AuthField.Type.PASSWORD, "", AuthField.Role.OTHER));
    values.put(SSO_TOKEN, browser.token(document.browserOrder()));
    try (FormAnswers answers = new FormAnswers(values)) {
      exchange.follow(form.action());
      exchange.answering(false);
      return exchange.postXml(documents.reply(fields, answers, group, opaque, hostScanToken));
    }
  }

  /**
   * ocserv 1.1.6 calls the field of a one-time code {@code password} like the one before it. A
   * password that is asked again although nothing was wrong with the first is such a code.
   */
  private List<AuthField> fields(ServerDocument document, ServerForm form, String group) {
    List<AuthField> fields = form.fieldsFor(group);
    if (!passwordGiven || !errorOf(document).isEmpty()) {
      return fields;
    }
    return fields.stream()
        .map(
            f ->
                asksPassword(f)
                    ? AuthField.input(
                        f.name(), f.label(), f.type(), f.preset(), AuthField.Role.TOKEN_CODE)
                    : f)
        .toList();
  }

  private static boolean asksPassword(AuthField field) {
    return field.type() == AuthField.Type.PASSWORD && field.role() == AuthField.Role.PASSWORD;
  }

  /** By {@code --authgroup}, the only choice, or a person. */
  private String chooseGroup(ServerDocument document, ServerForm.GroupList list)
      throws VpnException, InterruptedException {
    List<Choice> choices = list.field().choices();
    Optional<String> wanted = context.settings().authGroup();
    if (wanted.isPresent()) {
      return choices.stream()
          .filter(c -> c.value().equals(wanted.get()))
          .findFirst()
          .or(() -> byLabel(choices, wanted.get()))
          .map(Choice::value)
          .orElseThrow(
              () ->
                  new AuthenticationException(
                      "--authgroup "
                          + wanted.get()
                          + ": the server knows "
                          + String.join(", ", choices.stream().map(Choice::label).toList())));
    }
    if (choices.size() == 1) {
      return choices.get(0).value();
    }
    if (requestedGroup.isPresent()
        && choices.stream().anyMatch(c -> c.value().equals(requestedGroup.get()))) {
      return requestedGroup.get();
    }
    AuthForm form =
        new AuthForm(document.authId(), document.text("title"), "", "", List.of(list.field()));
    try (FormAnswers answers = context.ask(form)) {
      return answers.value(list.field().name()).reveal();
    }
  }

  /** The label without regard to case, or the only one that begins so. */
  private static Optional<Choice> byLabel(List<Choice> choices, String wanted) {
    Optional<Choice> whole =
        choices.stream().filter(c -> c.label().equalsIgnoreCase(wanted)).findFirst();
    List<Choice> beginning =
        choices.stream()
            .filter(c -> c.label().regionMatches(true, 0, wanted, 0, wanted.length()))
            .toList();
    return whole.or(() -> beginning.size() == 1 ? Optional.of(beginning.get(0)) : Optional.empty());
  }

  /**
   * Some servers ask for a certificate only on a fresh connection: show it there once; after that,
   * or without one, say so and get a password form or a refusal.
   */
  private ServerDocument offerCertificate(ServerDocument document)
      throws VpnException, InterruptedException {
    if (context.hasClientCertificate() && !certificateTried) {
      certificateTried = true;
      context.http().dropConnections();
    } else if (!certificateFailed) {
      certificateFailed = true;
    } else {
      throw new AuthenticationException(
          document.error().isEmpty()
              ? "the server wants a client certificate: --certificate FILE"
              : document.error());
    }
    return init();
  }

  /** The first certificate was shown in TLS; the second signs the demand for it. */
  private ServerDocument showBoth(ServerDocument document)
      throws VpnException, InterruptedException {
    Optional<SigningCertificate> user = context.secondCertificate();
    if (user.isEmpty() || secondShown) {
      throw new AuthenticationException(
          secondShown
              ? "the server did not accept the second certificate (--mca-certificate)"
              : "the server wants two certificates, the machine's and the user's:"
                  + " --mca-certificate FILE is the second");
    }
    if (!document.has("cert-authenticated")) {
      return offerCertificate(document);
    }
    secondShown = true;
    exchange.answering(false);
    TwoCertificates both =
        TwoCertificates.answer(user.get(), document.hashAlgorithms(), exchange.lastAnswer());
    ServerDocument answer = exchange.postXml(documents.certificates(both, opaque));
    if (!answer.error().isEmpty()) {
      throw new AuthenticationException(answer.error());
    }
    return answer;
  }

  private Optional<String> sessionCookie(ServerDocument document) {
    Optional<String> token = document.sessionToken();
    if (token.isPresent()) {
      return token;
    }
    return document.isSuccess()
        ? context.http().cookie(exchange.connectUrl(), "webvpn")
        : Optional.empty();
  }

  /** Some servers put the error into the message above the form that comes again. */
  private static String errorOf(ServerDocument document) {
    String message = document.text("message");
    boolean failed = message.toLowerCase(Locale.ROOT).contains("fail");
    return document.error().isEmpty() && failed ? message : document.error();
  }

  private static VpnException refused(ServerDocument document) {
    String text = document.error().isEmpty() ? document.text("message") : document.error();
    if (text.contains("Certificate Validation Failure")) {
      text += " (a client certificate is missing or not accepted: --certificate FILE)";
    }
    return new AuthenticationException(
        text.isEmpty() ? "the server ended the log-in without a reason" : text);
  }
}

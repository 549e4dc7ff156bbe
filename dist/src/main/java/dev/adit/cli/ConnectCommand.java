package dev.adit.cli;

import dev.adit.api.VpnProtocol;
import dev.adit.api.auth.SessionTicket;
import dev.adit.api.auth.SigningCertificate;
import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.secret.SecretText;
import dev.adit.api.tunnel.TlsSession;
import dev.adit.core.auth.SecretSource;
import dev.adit.core.net.CertificateWhilePresent;
import dev.adit.core.net.Connector;
import dev.adit.core.net.Dialer;
import dev.adit.core.net.ProxySettings;
import dev.adit.core.net.Target;
import dev.adit.core.net.TlsConnection;
import dev.adit.core.session.SessionEvent;
import dev.adit.core.sys.Signals;
import dev.adit.core.tls.ClientCertificate;
import dev.adit.core.tls.ServerPin;
import dev.adit.core.tls.TlsSettings;
import java.net.InetAddress;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code adit [connect]}: log in, connect, stay until told to leave. */
final class ConnectCommand {
  private static final Logger LOG = LoggerFactory.getLogger(ConnectCommand.class);

  private final Invocation asked;
  private final ConnectOptions options;
  private final Map<String, String> pluginPins;
  private final List<String> childWords;
  private final HostChecks hostChecks;
  private final KnownGateway gateway;
  private Optional<EventWriter> events = Optional.empty();

  /**
   * A connection to be.
   *
   * @param pluginPins what the plugin was let in by, for that process too
   * @param childWords what the process in the background is started with, if there will be one
   */
  ConnectCommand(
      ConnectOptions options,
      VpnProtocol protocol,
      Map<String, String> protocolOptions,
      Map<String, SecretSource> configuredSecrets,
      Map<String, String> pluginPins,
      List<String> childWords) {
    this.asked = Invocation.of(options, protocol, protocolOptions, configuredSecrets);
    this.options = options;
    this.pluginPins = Map.copyOf(pluginPins);
    this.childWords = List.copyOf(childWords);
    this.gateway = new KnownGateway(asked.choices());
    this.hostChecks =
        new HostChecks(
            Optional.ofNullable(options.login.csdWrapper)
                .map(
                    w ->
                        new HostChecker(
                            w,
                            Optional.ofNullable(options.login.csdUser),
                            Duration.ofSeconds(options.login.csdTimeout))),
            Optional.ofNullable(options.login.forceTrojan).map(Duration::ofSeconds));
  }

  /** Runs to the end; a failure before there was a session is an event too. */
  ExitCode run() throws VpnException, InterruptedException {
    asked.choices().check();
    if (options.running.events != null) {
      events = Optional.of(new EventWriter(System.out, Clock.systemUTC()));
    }
    try (hostChecks) {
      return connect();
    } catch (VpnException e) {
      events.ifPresent(w -> w.failed(e));
      throw e;
    } catch (InterruptedException e) {
      events.ifPresent(w -> w.failed(new VpnException(Kind.CANCELLED, "stopped by a signal", e)));
      throw e;
    }
  }

  private ExitCode connect() throws VpnException, InterruptedException {
    Optional<Background.Inheritance> inherited =
        Background.isChild() ? Optional.of(Background.Inheritance.fromParent()) : Optional.empty();
    inherited
        .map(Background.Inheritance::proxy)
        .filter(p -> !p.isEmpty())
        .ifPresent(p -> options.proxy.url = p.reveal());
    Optional<DroppedPrivilege> other =
        options.local.setUid == null
            ? Optional.empty()
            : Optional.of(DroppedPrivilege.of(options.local.setUid));
    List<URI> servers = SessionChoices.servers(options, asked.choices(), asked.protocol());
    Optional<ProxySettings> proxy = proxy(servers.get(0).getHost());
    KeyPassphrases passphrases =
        new KeyPassphrases(asked, inherited.map(Background.Inheritance::passphrase));
    ClientCertificates certificates =
        new ClientCertificates(options.certificates, asked.prompter(), asked.resolver());
    Optional<ClientCertificate> certificate = certificates.primary(passphrases::primary);
    Optional<SigningCertificate> second =
        certificates.second(passphrases::second).map(SigningCertificate.class::cast);
    TlsSettings tls = tls(certificate);
    Dialer dialer = dialer(tls, proxy);
    Dialer inSession = new CertificateWhilePresent(dialer, dialer(tls.withoutCertificate(), proxy));
    interruptBySignal(Thread.currentThread());
    Optional<CookieCache> cache = SessionChoices.cache(options, asked.choices(), asked.protocol());
    LogIns logIns =
        new LogIns(
            asked,
            hostChecks,
            gateway,
            inherited.map(Background.Inheritance::cookie),
            cache,
            dialer,
            certificate.isPresent(),
            second);
    LogIns.LoggedIn first = logIns.atFirstOf(servers);
    events.ifPresent(w -> w.authenticated(first.context().server().getHost()));
    if (options.session.authenticate != null || options.session.cookieOnly) {
      try (SessionTicket ticket = first.ticket()) {
        printTicket(ticket, first.tls());
      }
      return ExitCode.OK;
    }
    Tickets.LogIn again = () -> logIns.again(first.context());
    int most = options.session.relogin;
    try (Tickets tickets =
        new Tickets(first.ticket(), first.cached(), again, most, asked.plugin().clock())) {
      if (options.session.printCookie) {
        System.out.println(tickets.current().cookie().reveal());
      }
      if (options.running.background && !Background.isChild()) {
        return background(tickets, first.cached(), passphrases, proxy);
      }
      SessionEvent.Disconnected last =
          new SessionRun(asked, tickets, gateway, cache, events, other)
              .run(inSession, proxy.isPresent());
      ExitCode code = last.clean() ? ExitCode.OK : failure(last.kind());
      if (last.loggedOff() || code == ExitCode.SESSION_REFUSED) {
        cache.ifPresent(CookieCache::remove);
      }
      if (last.loggedOff()) {
        logIns.off(first.context(), inSession, tickets.current());
      }
      return code;
    }
  }

  private static void interruptBySignal(Thread login) {
    for (String name : List.of("INT", "TERM", "HUP")) {
      Signals.handle(name, login::interrupt);
    }
  }

  private static ExitCode failure(Kind kind) {
    ExitCode code = ExitCode.of(kind);
    return code == ExitCode.OK ? ExitCode.FAILURE : code;
  }

  // How connections are made

  private TlsSettings tls(Optional<ClientCertificate> certificate) throws VpnException {
    return new TlsSettings(
        asked.choices().trust(),
        certificate,
        Optional.ofNullable(options.target.sni),
        asked.protocol().info().tlsExports(),
        options.certificates.forwardSecrecy);
  }

  private Dialer dialer(TlsSettings tls, Optional<ProxySettings> proxy) throws VpnException {
    Connector connector = new Connector(tls, proxy, asked.choices().proxySchemes());
    Optional<Duration> keepAlive = asked.choices().tcpKeepAlive();
    Duration unacknowledged = asked.choices().unacknowledgedLimit();
    return new Dialer() {
      @Override
      public TlsConnection connect(Target target) throws VpnException, InterruptedException {
        TlsConnection connection = connector.connect(target);
        connection.socket().unacknowledgedLimit(unacknowledged);
        if (keepAlive.isPresent()) {
          connection.socket().keepAlive(keepAlive.get());
        }
        return connection;
      }

      @Override
      public List<InetAddress> addresses(Target target) {
        return connector.addresses(target);
      }
    };
  }

  /** With the password that the configuration keeps apart from the URL. */
  private Optional<ProxySettings> proxy(String host) throws VpnException, InterruptedException {
    Optional<ProxySettings> proxy = asked.choices().proxy(host);
    Optional<SecretSource> kept = asked.secrets().find(ConfigFile.PROXY_PASSWORD_KEY, null);
    if (proxy.isEmpty() || kept.isEmpty() || proxy.get().password().isPresent()) {
      return proxy;
    }
    if (proxy.get().user().isEmpty()) {
      throw new VpnException(
          Kind.CONFIGURATION,
          "\"proxy-password\" needs a user: \"proxy\": \"http://USER@" + proxy.get().host() + "\"");
    }
    return Optional.of(proxy.get().withPassword(asked.resolver().resolve(kept.get())));
  }

  // The process in the background

  /** A kept session that the server no longer takes is replaced before anybody is told. */
  private ExitCode background(
      Tickets tickets, boolean cached, KeyPassphrases passphrases, Optional<ProxySettings> proxy)
      throws VpnException, InterruptedException {
    ExitCode code = inBackground(tickets, passphrases, proxy);
    if (cached && code == ExitCode.SESSION_REFUSED) {
      tickets.renew();
      return inBackground(tickets, passphrases, proxy);
    }
    return code;
  }

  private ExitCode inBackground(
      Tickets tickets, KeyPassphrases passphrases, Optional<ProxySettings> proxy)
      throws VpnException, InterruptedException {
    if (hostChecks.isRepeating()) {
      LOG.warn(
          "The server wants its host check repeated, and --background ends the program for it"
              + " with this process; without --background it goes on.");
    }
    SecretText url = SecretText.of(proxy.map(ProxySettings::url).orElse(""));
    try (Background.Inheritance inheritance =
        new Background.Inheritance(tickets.current().cookie().copy(), passphrases.kept(), url)) {
      return Background.start(childWords, pluginPins, inheritance);
    }
  }

  // The ticket for others

  private void printTicket(SessionTicket ticket, @Nullable TlsSession tls) {
    if (options.session.cookieOnly) {
      System.out.println(ticket.cookie().reveal());
      return;
    }
    String address = tls == null ? "" : tls.peerAddress().getAddress().getHostAddress();
    String host = ticket.connectUrl().getHost();
    TicketOutput output =
        new TicketOutput(
            ticket.cookie().reveal(),
            address,
            ticket.connectUrl().toString(),
            tls == null ? "" : ServerPin.of(tls.peerChain().get(0)).toString(),
            host + ":" + address);
    System.out.print("json".equals(options.session.authenticate) ? output.json() : output.shell());
  }
}

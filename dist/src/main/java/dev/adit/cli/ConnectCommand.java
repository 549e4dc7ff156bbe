package dev.adit.cli;

import dev.adit.api.OptionValues;
import dev.adit.api.PluginContext;
import dev.adit.api.VpnProtocol;
import dev.adit.api.auth.LoginSettings;
import dev.adit.api.auth.SessionTicket;
import dev.adit.api.auth.SigningCertificate;
import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.secret.SecretText;
import dev.adit.api.tunnel.TlsSession;
import dev.adit.api.tunnel.TunnelEngine.Farewell;
import dev.adit.core.auth.CodeSource;
import dev.adit.core.auth.FormAnswerer;
import dev.adit.core.auth.FormEntry;
import dev.adit.core.auth.KnownAnswers;
import dev.adit.core.auth.SecretResolver;
import dev.adit.core.auth.SecretSource;
import dev.adit.core.auth.TerminalText;
import dev.adit.core.browser.Browsers;
import dev.adit.core.browser.Desktop;
import dev.adit.core.host.HandedOverNetwork;
import dev.adit.core.host.HostNetwork;
import dev.adit.core.host.NativeHostNetwork;
import dev.adit.core.host.ProgramHostNetwork;
import dev.adit.core.host.ScriptHostNetwork;
import dev.adit.core.http.CoreHttpClient;
import dev.adit.core.http.HttpDump;
import dev.adit.core.ipsec.IpsecBackend;
import dev.adit.core.ipsec.KernelIpsec;
import dev.adit.core.ipsec.LinuxIpsecKernel;
import dev.adit.core.ipsec.UserspaceIpsec;
import dev.adit.core.loop.EventLoop;
import dev.adit.core.loop.Reactor;
import dev.adit.core.net.CertificateWhilePresent;
import dev.adit.core.net.Connector;
import dev.adit.core.net.Dialer;
import dev.adit.core.net.ProxySettings;
import dev.adit.core.net.Target;
import dev.adit.core.net.TlsConnection;
import dev.adit.core.roaming.NetlinkHostWatch;
import dev.adit.core.session.Carrier;
import dev.adit.core.session.LoopBuffers;
import dev.adit.core.session.PacketDevice;
import dev.adit.core.session.PipePacketDevice;
import dev.adit.core.session.SessionEvent;
import dev.adit.core.session.SessionSettings;
import dev.adit.core.session.TunPacketDevice;
import dev.adit.core.session.VpnSession;
import dev.adit.core.sys.PacketPipe;
import dev.adit.core.sys.Signals;
import dev.adit.core.sys.TunDevice;
import dev.adit.core.tls.ClientCertificate;
import dev.adit.core.tls.ServerPin;
import dev.adit.core.tls.TlsSettings;
import dev.adit.core.transport.TransportTimings;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code adit [connect]}: log in, connect, stay until told to leave. */
final class ConnectCommand {
  private static final Logger LOG = LoggerFactory.getLogger(ConnectCommand.class);

  private final ConnectOptions options;
  private final VpnProtocol protocol;
  private final Map<String, String> protocolOptions;
  private final Secrets secrets;
  private final Map<String, String> pluginPins;
  private final List<String> words;
  private final Choices choices;
  private final PluginContext plugin = new PluginContext(new SecureRandom(), Clock.systemUTC());
  private final TerminalPrompter prompter;
  private final HostChecks hostChecks;
  private Optional<EventWriter> events = Optional.empty();
  private SecretText passphrase = SecretText.of("");
  private Optional<Background.Inheritance> inherited = Optional.empty();
  private Optional<DroppedPrivilege> other = Optional.empty();
  private Optional<MetricsFile> metrics = Optional.empty();
  private Optional<KnownAnswers> known = Optional.empty();
  private Optional<CookieCache> cache = Optional.empty();
  private volatile Optional<InetAddress> gateway = Optional.empty();
  private volatile String gatewayName = "";
  private boolean loggedOff;
  private Optional<ClientCertificate> second = Optional.empty();

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
    this.pluginPins = Map.copyOf(pluginPins);
    this.words = List.copyOf(childWords);
    this.secrets = new Secrets(configuredSecrets);
    this.options = options;
    this.protocol = protocol;
    this.protocolOptions = Map.copyOf(protocolOptions);
    this.choices = new Choices(options);
    this.prompter = new TerminalPrompter(!options.login.nonInteractive);
    this.hostChecks =
        new HostChecks(
            Optional.ofNullable(options.login.csdWrapper)
                .map(w -> new HostChecker(w, Optional.ofNullable(options.login.csdUser))),
            Optional.ofNullable(options.login.forceTrojan).map(Duration::ofSeconds));
  }

  /** Runs to the end; a failure before there was a session is an event too. */
  ExitCode run() throws VpnException, InterruptedException {
    choices.check();
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
    if (Background.isChild()) {
      Background.Inheritance inheritance = Background.Inheritance.fromParent();
      inherited = Optional.of(inheritance);
      if (!inheritance.proxy().isEmpty()) {
        options.proxy.url = inheritance.proxy().reveal();
      }
    }
    if (options.local.setUid != null) {
      other = Optional.of(DroppedPrivilege.of(options.local.setUid));
    }
    List<URI> servers = SessionChoices.servers(options, choices, protocol);
    Optional<ProxySettings> proxy = proxy(servers.get(0).getHost());
    ClientCertificates certificates =
        new ClientCertificates(options.certificates, prompter, resolver());
    Optional<ClientCertificate> certificate = certificates.primary(this::passphrase);
    second = certificates.second(this::secondPassphrase);
    TlsSettings tls =
        new TlsSettings(
            choices.trust(),
            certificate,
            Optional.ofNullable(options.target.sni),
            protocol.info().tlsExports(),
            options.certificates.forwardSecrecy);
    Dialer connector = dialer(new Connector(tls, proxy, choices.proxySchemes()));
    Dialer inSession =
        new CertificateWhilePresent(
            connector,
            dialer(new Connector(tls.withoutCertificate(), proxy, choices.proxySchemes())));
    Thread login = Thread.currentThread();
    for (String name : List.of("INT", "TERM", "HUP")) {
      Signals.handle(name, login::interrupt);
    }
    cache = SessionChoices.cache(options, choices, protocol);
    LoggedIn first = firstOf(servers, server -> logIn(server, connector, certificate.isPresent()));
    if (options.session.authenticate != null || options.session.cookieOnly) {
      try (SessionTicket ticket = first.ticket()) {
        printTicket(ticket, first.tls());
      }
      return ExitCode.OK;
    }
    Tickets.LogIn again = () -> again(first.context(), connector);
    try (Tickets tickets =
        new Tickets(
            first.ticket(), first.cached(), again, options.session.relogin, plugin.clock())) {
      if (options.session.printCookie) {
        System.out.println(tickets.current().cookie().reveal());
      }
      if (options.running.background && !Background.isChild()) {
        return background(tickets, first.cached(), proxy);
      }
      ExitCode code = session(tickets, inSession, proxy.isPresent());
      if (loggedOff || code == ExitCode.SESSION_REFUSED) {
        cache.ifPresent(CookieCache::remove);
      }
      if (loggedOff) {
        logOut(first.context(), inSession, tickets.current());
      }
      return code;
    }
  }

  /** What a log-in yields, and the log-in itself, which may be needed again. */
  private record LoggedIn(
      LoginContext context, SessionTicket ticket, boolean cached, @Nullable TlsSession tls) {}

  private interface Attempt {
    LoggedIn at(URI server) throws VpnException, InterruptedException;
  }

  /** The first server that can be reached decides. */
  private static LoggedIn firstOf(List<URI> servers, Attempt attempt)
      throws VpnException, InterruptedException {
    for (URI server : servers.subList(0, servers.size() - 1)) {
      try {
        return attempt.at(server);
      } catch (VpnException e) {
        if (e.kind() != Kind.UNREACHABLE) {
          throw e;
        }
        LOG.warn("{} Trying the next of {} servers.", e.getMessage(), servers.size());
      }
    }
    return attempt.at(servers.get(servers.size() - 1));
  }

  private LoggedIn logIn(URI server, Dialer connector, boolean hasCertificate)
      throws VpnException, InterruptedException {
    try (CoreHttpClient http = http(connector)) {
      LoginContext context = loginContext(server, http, hasCertificate);
      Optional<SessionTicket> kept = kept(context);
      SessionTicket ticket = kept.isPresent() ? kept.get() : ticket(context);
      ticket.banner().ifPresent(b -> LOG.info("{}", TerminalText.clean(b)));
      events.ifPresent(w -> w.authenticated(server.getHost()));
      return new LoggedIn(context, ticket, kept.isPresent(), http.tls().orElse(null));
    }
  }

  /** The session of {@code --cookie-cache}; what the user names goes before it. */
  private Optional<SessionTicket> kept(LoginContext context)
      throws VpnException, InterruptedException {
    boolean named =
        inherited.isPresent()
            || options.session.cookieOnStdin
            || secrets.find("cookie", options.session.cookie).isPresent();
    if (named || cache.isEmpty()) {
      return Optional.empty();
    }
    Optional<SessionTicket> kept = cache.get().read(plugin.clock().instant());
    if (kept.isEmpty()) {
      return kept;
    }
    LOG.info("Going on with the session that --cookie-cache kept.");
    try (SessionTicket ticket = kept.get()) {
      SessionTicket resumed = protocol.resume(context, ticket.cookie());
      return Optional.of(
          new SessionTicket(resumed.cookie(), ticket.connectUrl(), resumed.banner()));
    }
  }

  /** Another log-in by the same answers, on the thread that asks for it. */
  private SessionTicket again(LoginContext before, Dialer connector)
      throws VpnException, InterruptedException {
    try (CoreHttpClient http = http(connector)) {
      return authenticated(before.with(http).again());
    }
  }

  private SessionTicket authenticated(LoginContext context)
      throws VpnException, InterruptedException {
    SessionTicket ticket = protocol.authenticate(context);
    if (cache.isPresent()) {
      cache.get().write(ticket, Optional.empty());
    }
    return ticket;
  }

  /** A kept session that the server no longer takes is replaced before anybody is told. */
  private ExitCode background(Tickets tickets, boolean cached, Optional<ProxySettings> proxy)
      throws VpnException, InterruptedException {
    ExitCode code = inBackground(tickets, proxy);
    if (cached && code == ExitCode.SESSION_REFUSED) {
      tickets.renew();
      return inBackground(tickets, proxy);
    }
    return code;
  }

  private ExitCode inBackground(Tickets tickets, Optional<ProxySettings> proxy)
      throws VpnException, InterruptedException {
    if (hostChecks.isRepeating()) {
      LOG.warn(
          "The server wants its host check repeated, and --background ends the program for it"
              + " with this process; without --background it goes on.");
    }
    SecretText url = SecretText.of(proxy.map(ProxySettings::url).orElse(""));
    try (Background.Inheritance inheritance =
        new Background.Inheritance(tickets.current().cookie().copy(), passphrase.copy(), url)) {
      return Background.start(words, pluginPins, inheritance);
    }
  }

  /** For protocols whose good-bye is a request of its own; the session has ended for us anyway. */
  private void logOut(LoginContext login, Dialer connector, SessionTicket ticket) {
    try (CoreHttpClient http = http(connector)) {
      protocol.logOut(login.with(http), ticket);
    } catch (VpnException e) {
      LOG.warn("not logged off at the server: {}", e.getMessage());
    } catch (InterruptedException e) {
      LOG.warn("not logged off at the server: stopped");
    }
  }

  private CoreHttpClient http(Dialer connector) {
    return new CoreHttpClient(
        connector,
        this::pinnedQuietly,
        options.running.dumpHttp ? line -> System.err.println(line) : HttpDump.NONE,
        Clock.systemUTC());
  }

  private Dialer dialer(Connector connector) throws VpnException {
    Optional<Duration> keepAlive = choices.tcpKeepAlive();
    Duration unacknowledged = choices.unacknowledgedLimit();
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

  private SessionTicket ticket(LoginContext context) throws VpnException, InterruptedException {
    if (inherited.isPresent()) {
      return protocol.resume(context, inherited.get().cookie());
    }
    if (options.session.cookieOnStdin) {
      try (SecretText cookie = StandardInput.line(System.in, "--cookie-on-stdin")) {
        return protocol.resume(context, cookie);
      }
    }
    Optional<SecretSource> kept = secrets.find("cookie", options.session.cookie);
    if (kept.isPresent()) {
      try (SecretText cookie = resolver().resolve(kept.get())) {
        return protocol.resume(context, cookie);
      }
    }
    return authenticated(context);
  }

  private LoginContext loginContext(URI server, CoreHttpClient http, boolean hasCertificate)
      throws VpnException, InterruptedException {
    KnownAnswers known = known();
    LoginSettings settings =
        new LoginSettings(
            Optional.ofNullable(options.login.user),
            Optional.ofNullable(options.target.authGroup),
            choices.identity(),
            new OptionValues(protocolOptions));
    FormAnswerer answerer = new FormAnswerer(known, resolver(), prompter);
    return new LoginContext(
        plugin,
        server,
        settings,
        http,
        answerer,
        known.token(),
        hostChecks,
        hasCertificate,
        second.map(SigningCertificate.class::cast),
        httpLogin(answerer),
        new Browsers(
            choices.browser(),
            Desktop.of(System.getenv()),
            prompter.available() ? prompter : new PipePrompter()));
  }

  private HttpLogin httpLogin(FormAnswerer answerer) throws VpnException {
    Optional<SecretSource> bearer =
        Tokens.bearer(
            options.login.tokenMode, secrets.find("token-secret", options.login.tokenSecret));
    return new HttpLogin(
        choices.httpSchemes(),
        options.login.httpAuth != null || bearer.isPresent(),
        answerer,
        new HttpLogin.Bearer(bearer, resolver()));
  }

  /** Once for all log-ins of this process: standard input has its password but once. */
  private KnownAnswers known() throws VpnException, InterruptedException {
    if (known.isPresent()) {
      return known.get();
    }
    Optional<SecretSource> password = secrets.find("password", null);
    if (options.login.passwordOnStdin) {
      password =
          Optional.of(new SecretSource.Given(StandardInput.line(System.in, "--passwd-on-stdin")));
    }
    List<FormEntry> entries = new ArrayList<>();
    for (String entry : options.login.formEntries) {
      entries.add(FormEntry.parse(entry));
    }
    KnownAnswers all =
        new KnownAnswers(
            Optional.ofNullable(options.login.user),
            options.login.noPassword ? Optional.empty() : password,
            Optional.empty(),
            secrets.find(ConfigFile.SECOND_PASSWORD_KEY, null),
            Optional.ofNullable(options.target.authGroup),
            entries,
            tokens());
    known = Optional.of(all);
    return all;
  }

  /** With the password that the configuration keeps apart from the URL. */
  private Optional<ProxySettings> proxy(String host) throws VpnException, InterruptedException {
    Optional<ProxySettings> proxy = choices.proxy(host);
    Optional<SecretSource> kept = secrets.find(ConfigFile.PROXY_PASSWORD_KEY, null);
    if (proxy.isEmpty() || kept.isEmpty() || proxy.get().password().isPresent()) {
      return proxy;
    }
    if (proxy.get().user().isEmpty()) {
      throw new VpnException(
          Kind.CONFIGURATION,
          "\"proxy-password\" needs a user: \"proxy\": \"http://USER@" + proxy.get().host() + "\"");
    }
    return Optional.of(proxy.get().withPassword(resolver().resolve(kept.get())));
  }

  private SecretResolver resolver() {
    return new SecretResolver(System.getenv(), prompter);
  }

  private Optional<CodeSource> tokens() throws VpnException, InterruptedException {
    return new Tokens(plugin.clock(), resolver(), prompter)
        .source(options.login.tokenMode, secrets.find("token-secret", options.login.tokenSecret));
  }

  /** A program has no TUN for the kernel, and who gave root up may not ask it. */
  private IpsecBackend ipsec(Reactor reactor, boolean allowed) {
    return allowed
        ? new KernelIpsec(
            reactor, plugin.random(), LinuxIpsecKernel::open, Installation.runDirectory())
        : new UserspaceIpsec(plugin.random());
  }

  private ExitCode session(Tickets tickets, Dialer connector, boolean throughProxy)
      throws VpnException {
    SessionTicket ticket = tickets.current();
    URI url = ticket.connectUrl();
    int port = url.getPort() > 0 ? url.getPort() : protocol.info().defaultPort();
    String host = url.getHost().replaceAll("[\\[\\]]", "");
    SessionSettings settings =
        new SessionSettings(
            new Target(host, port, choices.pinned(host)),
            plugin,
            choices.tunnel(throughProxy, protocolOptions),
            choices.ipv6(),
            Duration.ofSeconds(options.session.reconnectTimeout),
            choices.udpLocalPort(),
            TransportTimings.DEFAULT);
    NativeHostNetwork.recover(Installation.runDirectory());
    CompletableFuture<SessionEvent.Disconnected> ended = new CompletableFuture<>();
    SessionStory story = new SessionStory(ticket.banner().orElse(""));
    AtomicBoolean told = new AtomicBoolean();
    AtomicBoolean ready = new AtomicBoolean();
    Carrier least = choices.waitFor();
    PacketPipe pipe = options.local.scriptTun ? PacketPipe.open() : null;
    boolean kernel = pipe == null && choices.kernelIpsec() && options.local.setUid == null;
    HandedOverNetwork network =
        new HandedOverNetwork(
            pipe == null
                ? hostNetwork()
                : new ProgramHostNetwork(String.valueOf(options.local.script), pipe));
    try (EventLoop loop = EventLoop.start("adit")) {
      VpnSession session =
          new VpnSession(
              loop,
              new LoopBuffers(choices.queueLength()),
              protocol,
              tickets,
              settings,
              connector,
              config -> pipe == null ? tun() : new PipePacketDevice(pipe),
              network,
              new NetlinkHostWatch(loop),
              reactor -> ipsec(reactor, kernel),
              event -> {
                story.tell(event);
                events.ifPresent(e -> e.write(event));
                metrics.ifPresent(MetricsFile::refresh);
                if (event instanceof SessionEvent.CarrierChanged change) {
                  if (change.kind().compareTo(least) >= 0 && !ready.getAndSet(true)) {
                    up();
                  }
                }
                if (event instanceof SessionEvent.Connected up) {
                  keep(tickets.current(), up);
                  if (!told.getAndSet(true)) {
                    other.ifPresent(
                        user -> {
                          network.handOver();
                          leaveRoot(user, ended);
                        });
                  }
                }
                if (event instanceof SessionEvent.Disconnected last) {
                  ended.complete(last);
                }
              });
      Signals.handle("INT", () -> session.stop(Farewell.LOG_OFF));
      Signals.handle("TERM", () -> session.stop(Farewell.LOG_OFF));
      Signals.handle("HUP", () -> session.stop(Farewell.DETACH));
      Signals.handle("USR1", () -> LOG.info("{}", session.status().stats()));
      Signals.handle("USR2", session::reconnectNow);
      ControlServer control = ControlServer.open(Installation.runDirectory(), session);
      try {
        if (options.running.metrics != null) {
          metrics = Optional.of(new MetricsFile(options.running.metrics, session::status));
        }
        WaitLimit limit = new WaitLimit(least, Duration.ofSeconds(options.running.waitTimeout));
        limit.start(loop, session, ready::get);
        session.start();
        SessionEvent.Disconnected last = ended.join();
        loggedOff = last.loggedOff();
        limit.check();
        return last.clean() ? ExitCode.OK : failure(last.kind());
      } finally {
        metrics.ifPresent(MetricsFile::close);
        control.close();
        if (options.local.setUid == null) {
          pidFile().ifPresent(PidFile::remove);
        }
      }
    }
  }

  /** From now on the gateway is asked for at its address: its name may resolve in the tunnel. */
  private void keep(SessionTicket ticket, SessionEvent.Connected up) {
    gateway = Optional.of(up.gateway().getAddress());
    gatewayName = ticket.connectUrl().getHost();
    Optional<Duration> left = up.config().sessionTimeout();
    if (cache.isPresent()) {
      try {
        cache.get().write(ticket, left.map(plugin.clock().instant()::plus));
      } catch (VpnException e) {
        LOG.warn("{}", e.getMessage());
      }
    }
  }

  /**
   * Who cannot become somebody else must not go on as root. The PID is written before, where only
   * root may write.
   */
  private void leaveRoot(
      DroppedPrivilege user, CompletableFuture<SessionEvent.Disconnected> ended) {
    List<Path> files = new ArrayList<>(List.of(ControlServer.path(Installation.runDirectory())));
    pidFile().ifPresent(PidFile::write);
    pidFile().filter(PidFile::isOurs).map(PidFile::path).ifPresent(files::add);
    try {
      user.leaveRoot(files);
    } catch (VpnException e) {
      LOG.error("adit: {}", e.getMessage());
      ended.complete(new SessionEvent.Disconnected(e.getMessage(), e.kind(), false));
    }
  }

  private PacketDevice tun() throws VpnException {
    return new TunPacketDevice(TunDevice.open(options.local.device));
  }

  private HostNetwork hostNetwork() throws VpnException {
    return options.local.script == null
        ? new NativeHostNetwork(Installation.runDirectory(), Path.of("/etc/resolv.conf"))
        : new ScriptHostNetwork(options.local.script);
  }

  private static ExitCode failure(Kind kind) {
    ExitCode code = ExitCode.of(kind);
    return code == ExitCode.OK ? ExitCode.FAILURE : code;
  }

  /** Data flows for the first time. */
  private void up() {
    if (options.local.setUid == null) {
      pidFile().ifPresent(PidFile::write);
    }
    if (Background.isChild()) {
      System.out.println(Background.READY);
      System.out.flush();
    }
    if (options.running.syslog) {
      try {
        LogSetup.switchToSyslog();
      } catch (VpnException e) {
        LOG.warn("{}", e.getMessage());
      }
    }
  }

  private Optional<PidFile> pidFile() {
    return Optional.ofNullable(options.running.pidFile).map(PidFile::new);
  }

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

  /** Kept for the process in the background, which opens the same key. */
  private SecretText passphrase(String what, String question) throws VpnException {
    if (inherited.isEmpty()) {
      passphrase = passphrase("key-password", options.certificates.keyPassword, what, question);
    }
    return inherited.map(Background.Inheritance::passphrase).orElse(passphrase).copy();
  }

  private SecretText secondPassphrase(String what, String question) throws VpnException {
    String said = options.certificates.secondKeyPassword;
    return passphrase("mca-key-password", said, what, question);
  }

  private SecretText passphrase(String key, @Nullable String said, String what, String question)
      throws VpnException {
    try {
      Optional<SecretSource> kept = secrets.find(key, said);
      if (kept.isEmpty() && !prompter.available()) {
        throw new VpnException(Kind.CONFIGURATION, what + ": --" + key + "=@FILE");
      }
      return kept.isPresent() ? resolver().resolve(kept.get()) : prompter.hidden(question);
    } catch (InterruptedException e) {
      throw new VpnException(Kind.CANCELLED, "stopped at the question for a passphrase", e);
    }
  }

  private List<InetAddress> pinnedQuietly(String host) {
    try {
      List<InetAddress> pinned = choices.pinned(host);
      return pinned.isEmpty() && gatewayName.equalsIgnoreCase(host)
          ? gateway.stream().toList()
          : pinned;
    } catch (VpnException e) {
      throw new IllegalStateException("--resolve was checked before", e);
    }
  }
}

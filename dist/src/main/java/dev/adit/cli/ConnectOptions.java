package dev.adit.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Options of {@code connect}. Those that OpenConnect has keep its spelling and meaning; a field
 * with {@code later} in its name is recognised so that it can be refused instead of misunderstood.
 */
final class ConnectOptions {
  @Parameters(arity = "0..1", paramLabel = "SERVER", description = "Host, HOST:PORT, or https URL.")
  @Nullable String server;

  @ArgGroup(exclusive = false, heading = "%nTarget%n")
  Target target = new Target();

  @ArgGroup(exclusive = false, heading = "%nLog-in%n")
  Login login = new Login();

  @ArgGroup(exclusive = false, heading = "%nCertificates%n")
  Certificates certificates = new Certificates();

  @ArgGroup(exclusive = false, heading = "%nSession%n")
  Session session = new Session();

  @ArgGroup(exclusive = false, heading = "%nTransport%n")
  Transport transport = new Transport();

  @ArgGroup(exclusive = false, heading = "%nProxy%n")
  Proxy proxy = new Proxy();

  @ArgGroup(exclusive = false, heading = "%nLocal network%n")
  Local local = new Local();

  @ArgGroup(exclusive = false, heading = "%nProcess%n")
  Running running = new Running();

  @ArgGroup(exclusive = false, heading = "%nNot in this version (refused with exit code 13)%n")
  Later later = new Later();

  boolean protocolGiven() {
    return target.juniper || target.protocol != null;
  }

  /** Name of the protocol, given or not. */
  String protocol() {
    return target.juniper ? "nc" : target.protocol == null ? "anyconnect" : target.protocol;
  }

  /** Whom to connect to, and as what. */
  static final class Target {
    @Option(
        names = "--protocol",
        paramLabel = "P",
        description = "Protocol of the gateway (default: anyconnect).")
    @Nullable String protocol;

    @Option(names = "--server", paramLabel = "URL", description = "The same as SERVER.")
    @Nullable String server;

    @Option(
        names = {"-g", "--usergroup"},
        paramLabel = "GROUP",
        description = "Path of the log-in URL.")
    @Nullable String userGroup;

    @Option(
        names = "--authgroup",
        paramLabel = "GROUP",
        description = "Group, realm or role to choose, by value or label.")
    @Nullable String authGroup;

    @Option(
        names = "--resolve",
        paramLabel = "HOST:IP",
        description = "Address of a host, without asking a resolver.")
    List<String> resolve = new ArrayList<>();

    @Option(
        names = {"-x", "--xmlconfig"},
        paramLabel = "FILE",
        description = "Vendor's profile: SERVER may be a name in it, and has its backup servers.")
    @Nullable Path xmlConfig;

    @Option(
        names = "--sni",
        paramLabel = "HOST",
        description = "Name to send in TLS, and to expect in the certificate.")
    @Nullable String sni;

    @Option(
        names = "--os",
        paramLabel = "OS",
        defaultValue = "linux-64",
        description = "System to claim: linux, linux-64, win, mac-intel, android, apple-ios.")
    String os = "linux-64";

    @Option(names = "--useragent", paramLabel = "TEXT", description = "HTTP User-Agent.")
    @Nullable String userAgent;

    @Option(
        names = "--version-string",
        paramLabel = "TEXT",
        description = "Client version to claim.")
    @Nullable String versionString;

    @Option(names = "--local-hostname", paramLabel = "NAME", description = "Host name to claim.")
    @Nullable String localHostname;

    @Option(
        names = "--plugins-dir",
        paramLabel = "DIR",
        description = "A further directory of plugins (repeatable).")
    List<Path> pluginsDirs = new ArrayList<>();

    @Option(
        names = {"--juniper"},
        description = "The same as --protocol=nc.")
    boolean juniper;
  }

  /** Who we are. */
  static final class Login {
    @Option(
        names = {"-u", "--user"},
        paramLabel = "NAME",
        description = "User name.")
    @Nullable String user;

    @Option(names = "--passwd-on-stdin", description = "Read the password from standard input.")
    boolean passwordOnStdin;

    @Option(names = "--no-passwd", description = "Never answer with a password.")
    boolean noPassword;

    @Option(
        names = {"-F", "--form-entry"},
        paramLabel = "FORM:FIELD[=VALUE]",
        description = "Fill one field of a form.")
    List<String> formEntries = new ArrayList<>();

    @Option(names = "--non-inter", description = "Fail rather than ask.")
    boolean nonInteractive;

    @Option(
        names = "--token-mode",
        paramLabel = "MODE",
        description =
            "One-time codes: totp, hotp, rsa (by the program stoken), yubioath (by ykman); or oidc, a"
                + " token for HTTP authentication.")
    @Nullable String tokenMode;

    @Option(
        names = "--token-secret",
        paramLabel = "SEED|@FILE",
        description =
            "Their seed: base32:..., 0x..., otpauth://...; the RSA token, if not in ~/.stokenrc; the"
                + " account's name on a Yubikey; the token of oidc.")
    @Nullable String tokenSecret;

    @Option(
        names = "--csd-wrapper",
        paramLabel = "CMD",
        description = "Program that does the host check.")
    @Nullable String csdWrapper;

    @Option(
        names = "--csd-user",
        paramLabel = "USER",
        description = "User that runs it (name or uid).")
    @Nullable String csdUser;

    @Option(
        names = "--csd-timeout",
        paramLabel = "SEC",
        description = "What it may take (default: ${DEFAULT-VALUE}).")
    int csdTimeout = 120;

    @Option(
        names = "--force-trojan",
        paramLabel = "SEC",
        description = "Repeat the host check so often while connected.")
    @Nullable Integer forceTrojan;

    @Option(
        names = "--external-browser",
        paramLabel = "CMD",
        description =
            "Browser for single sign-on: a program that is given the URL; exec:PROGRAM, which"
                + " answers in JSON; remote, any browser elsewhere; or external, the desktop's own"
                + " (default: external, remote where there is no desktop).")
    @Nullable String externalBrowser;

    @Option(
        names = "--http-auth",
        paramLabel = "LIST",
        description =
            "HTTP authentication: tell the server of it, and use only these of negotiate, ntlm,"
                + " digest, basic (without it: the first three, if the server insists).")
    @Nullable String httpAuth;

    @Option(names = "--no-external-auth", description = "Do not offer a log-in by browser.")
    boolean noExternalAuth;
  }

  /** Ours and theirs. */
  static final class Certificates {
    @Option(
        names = {"-c", "--certificate"},
        paramLabel = "FILE|URI",
        description = "Client certificate: PEM, DER, PKCS#12, or pkcs11:... on a token.")
    @Nullable String certificate;

    @Option(
        names = {"-k", "--sslkey"},
        paramLabel = "FILE|URI",
        description = "Its private key, if in another file or named by an id of its own.")
    @Nullable String key;

    @Option(
        names = {"-p", "--key-password"},
        paramLabel = "PASS|@FILE",
        description = "Passphrase of the key, or PIN; others can see it, @FILE they cannot.")
    @Nullable String keyPassword;

    @Option(
        names = "--mca-certificate",
        paramLabel = "FILE|URI",
        description = "Second certificate, the user's, for servers that want two.")
    @Nullable String secondCertificate;

    @Option(names = "--mca-key", paramLabel = "FILE|URI", description = "Its private key.")
    @Nullable String secondKey;

    @Option(
        names = "--mca-key-password",
        paramLabel = "PASS|@FILE",
        description = "Passphrase of that key, or PIN.")
    @Nullable String secondKeyPassword;

    @Option(
        names = {"-e", "--cert-expire-warning"},
        paramLabel = "DAYS",
        defaultValue = "60",
        description = "Warn so long before the certificate expires (default: ${DEFAULT-VALUE}).")
    int expiryWarningDays = 60;

    @Option(
        names = "--servercert",
        paramLabel = "PIN",
        description = "Accept only this key: pin-sha256:... (repeatable).")
    List<String> pins = new ArrayList<>();

    @Option(
        names = "--cafile",
        paramLabel = "FILE",
        description = "A further trusted authority (repeatable).")
    List<Path> authorities = new ArrayList<>();

    @Option(
        names = "--no-system-trust",
        description = "Do not trust the authorities of the system.")
    boolean noSystemTrust;

    @Option(names = "--pfs", description = "Refuse cipher suites without forward secrecy.")
    boolean forwardSecrecy;
  }

  /** Cookies and time. */
  static final class Session {
    @Option(
        names = {"-C", "--cookie"},
        paramLabel = "COOKIE",
        description = "Use this session; others can see it, --cookie-on-stdin they cannot.")
    @Nullable String cookie;

    @Option(
        names = "--cookie-on-stdin",
        description = "Read the session cookie from standard input.")
    boolean cookieOnStdin;

    @Option(
        names = "--authenticate",
        arity = "0..1",
        fallbackValue = "shell",
        paramLabel = "json",
        description = "Log in, print the session for a shell or as JSON, and end.")
    @Nullable String authenticate;

    @Option(names = "--cookieonly", description = "Log in, print the cookie alone, and end.")
    boolean cookieOnly;

    @Option(names = "--printcookie", description = "Print the cookie, then connect.")
    boolean printCookie;

    @Option(
        names = "--cookie-cache",
        description =
            "Keep the session in a file that is root's alone, for the next start; until log-off.")
    boolean cookieCache;

    @Option(
        names = "--relogin",
        paramLabel = "N",
        defaultValue = "0",
        description =
            "Log in again by the same options when the server has ended the session, at most N"
                + " times in a row (default: ${DEFAULT-VALUE}).")
    int relogin;

    @Option(
        names = "--reconnect-timeout",
        paramLabel = "SEC",
        defaultValue = "300",
        description = "How long a lost connection is sought (default: ${DEFAULT-VALUE}).")
    int reconnectTimeout = 300;

    @Option(
        names = "--force-dpd",
        paramLabel = "SEC",
        description = "Look for a dead peer so often.")
    @Nullable Integer forceDpd;

    @Option(
        names = "--tcp-keepalive",
        arity = "0..1",
        paramLabel = "SEC",
        description = "Keep an idle TLS connection open by TCP keep-alive (default: 20).")
    @Nullable Integer tcpKeepalive;
  }

  /** How packets travel. */
  static final class Transport {
    @Option(names = "--no-dtls", description = "TLS only, no UDP.")
    boolean noDtls;

    @Option(names = "--dtls-local-port", paramLabel = "PORT", description = "Local UDP port.")
    @Nullable Integer udpLocalPort;

    @Option(
        names = {"-D", "--no-deflate"},
        description = "No compression (the default).")
    boolean noDeflate;

    @Option(
        names = {"-d", "--deflate"},
        description = "The same as --compression=all.")
    boolean deflate;

    @Option(
        names = "--compression",
        paramLabel = "MODE",
        defaultValue = "none",
        description =
            "none, stateless (each packet by itself) or all (also deflate, with a history).")
    String compression = "none";

    @Option(
        names = "--ipsec",
        paramLabel = "HOW",
        defaultValue = "auto",
        description =
            "Who performs ESP: auto (the default: the kernel, behind the TUN, where it can), redirect"
                + " (the same by an xfrm interface alone, and the log says why it cannot), vti (by a"
                + " VTI, for a kernel that has none of those), policy (by policies alone: what comes"
                + " passes no filter for the TUN) or userspace. What the kernel lacks, status and"
                + " doctor say.")
    String ipsec = "auto";

    @Option(
        names = {"-m", "--mtu"},
        paramLabel = "N",
        description = "MTU of the tunnel.")
    @Nullable Integer mtu;

    @Option(names = "--base-mtu", paramLabel = "N", description = "MTU of the network outside.")
    @Nullable Integer baseMtu;

    @Option(
        names = "--clamp-mss",
        description =
            "Lower the MSS of TCP connections through the tunnel to its MTU: for hosts behind this"
                + " one, where ICMP is lost.")
    boolean clampMss;

    @Option(
        names = {"-Q", "--queue-len"},
        paramLabel = "N",
        defaultValue = "64",
        description = "Packets per batch (default: ${DEFAULT-VALUE}).")
    int queueLength = 64;

    @Option(names = "--disable-ipv6", description = "Do not ask for IPv6.")
    boolean disableIpv6;
  }

  /** On the way. */
  static final class Proxy {
    @Option(
        names = {"-P", "--proxy"},
        paramLabel = "URL",
        description = "http://[USER:PASS@]HOST:PORT or socks5://...")
    @Nullable String url;

    @Option(
        names = "--proxy-auth",
        paramLabel = "LIST",
        description =
            "Authentication to the proxy: negotiate, ntlm, digest, basic (default: all but basic).")
    @Nullable String authentication;

    @Option(names = "--no-proxy", description = "Ignore proxies, those of the environment too.")
    boolean none;
  }

  /** This host. */
  static final class Local {
    @Option(
        names = {"-i", "--interface"},
        paramLabel = "NAME",
        defaultValue = "adit%d",
        description = "Name of the tunnel device (default: ${DEFAULT-VALUE}).")
    String device = "adit%d";

    @Option(
        names = {"-s", "--script"},
        paramLabel = "CMD",
        description = "A vpnc-script sets up the network instead of adit.")
    @Nullable String script;

    @Option(
        names = {"-S", "--script-tun"},
        description =
            "Give the packets to the program of --script, which finds the number of its descriptor"
                + " in VPNFD: no TUN, no root.")
    boolean scriptTun;

    @Option(
        names = {"-U", "--setuid"},
        paramLabel = "USER",
        description =
            "Go on as USER once the network is set up; it is undone by a small process that stays"
                + " root.")
    @Nullable String setUid;

    @Option(
        names = "--ipv6",
        paramLabel = "MODE",
        defaultValue = "tunnel",
        description =
            "tunnel, block or leave: IPv6 beside a full tunnel that has none (default:"
                + " ${DEFAULT-VALUE}).")
    String ipv6 = "tunnel";
  }

  /** The process itself. */
  static final class Running {
    @Option(
        names = "--config",
        paramLabel = "FILE",
        description = "Read options from a file: JSON, or OPTION=VALUE lines.")
    @Nullable Path config;

    @Option(
        names = "--events",
        paramLabel = "json",
        description = "Write events to standard output, one JSON object a line.")
    @Nullable String events;

    @Option(
        names = {"-b", "--background"},
        description = "Return when data flows, and go on in the background.")
    boolean background;

    @Option(names = "--pid-file", paramLabel = "FILE", description = "Write the process id there.")
    @Nullable Path pidFile;

    @Option(
        names = "--wait-for",
        paramLabel = "tls|udp|kernel",
        description = "Count as connected, for --background and --pid-file, once packets go so.")
    @Nullable String waitFor;

    @Option(
        names = "--wait-timeout",
        paramLabel = "SECONDS",
        defaultValue = "0",
        description = "End, with exit code 12, if it is not so by then; 0 waits for ever.")
    int waitTimeout;

    @Option(
        names = "--metrics",
        paramLabel = "FILE",
        description = "Keep the session's figures there, as Prometheus reads them.")
    @Nullable Path metrics;

    @Option(
        names = "--wait",
        description = "With --background: return when data flows, as it does anyway.")
    boolean waits;

    @Option(
        names = {"-l", "--syslog"},
        description = "Log to syslog once connected.")
    boolean syslog;

    @Option(names = "--timestamp", description = "Put the time in front of each log line.")
    boolean timestamp;

    @Option(
        names = {"-q", "--quiet"},
        description = "Say less.")
    boolean quiet;

    @Option(
        names = {"-v", "--verbose"},
        description = "Say more; twice: everything.")
    boolean[] verbose = new boolean[0];

    @Option(
        names = "--dump-http-traffic",
        description = "Show the HTTP of the log-in, secrets left out.")
    boolean dumpHttp;

    @Option(
        names = {"-h", "--help"},
        usageHelp = true,
        description = "Show this help; with --protocol, that protocol's options too.")
    boolean help;

    @Option(
        names = {"-V", "--version"},
        versionHelp = true,
        description = "Show the version.")
    boolean version;

    @Option(
        names = "--gnutls-debug",
        paramLabel = "LEVEL",
        description = "Accepted for OpenConnect's sake; there is no GnuTLS here.")
    @Nullable Integer gnutlsDebug;
  }

  /** Known by name, and refused. */
  static final class Later {
    @Option(names = "--no-http-keepalive", description = "One connection per request.")
    boolean noHttpKeepalive;

    @Option(names = "--passtos", description = "Copy TOS outside.")
    boolean passTos;

    @Option(names = "--key-password-from-fsid", description = "Passphrase from the file system.")
    boolean keyPasswordFromFsid;

    @Option(names = "--libproxy", description = "Proxy discovery.")
    boolean libproxy;

    @Option(names = "--gnutls-priority", paramLabel = "TEXT", description = "TLS suites.")
    @Nullable String gnutlsPriority;

    @Option(names = "--openssl-ciphers", paramLabel = "LIST", description = "TLS suites.")
    @Nullable String opensslCiphers;

    @Option(names = "--no-cert-check", description = "Trust anybody; use --servercert.")
    boolean noCertCheck;
  }
}

package dev.adit.anyconnect.dtls;

import dev.adit.anyconnect.AnyConnectProtocol;
import dev.adit.anyconnect.compress.CompressionOffer;
import dev.adit.anyconnect.compress.Encoding;
import dev.adit.anyconnect.cstp.ConnectResponse;
import dev.adit.api.datagram.CustomOffer;
import dev.adit.api.datagram.DatagramOffer;
import dev.adit.api.error.PeerViolationException;
import dev.adit.api.http.HttpHeader;
import dev.adit.api.secret.SecretBytes;
import dev.adit.api.tunnel.TunnelContext;
import java.net.Inet6Address;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What CONNECT offers for DTLS, and what the answer means. The same name is two protocols: {@code
 * AES256-SHA} answered in {@code X-DTLS-CipherSuite} is the pre-RFC dialect, in {@code
 * X-DTLS12-CipherSuite} it is DTLS 1.2.
 */
public final class DtlsNegotiation implements AutoCloseable {
  /** Exporter label of PSK-NEGOTIATE, without context. Observed with ocserv 1.1.6. */
  public static final String PSK_LABEL = "EXPORTER-openconnect-psk";

  public static final int PSK_BYTES = 32;

  /** Offered with {@code --allow-insecure-crypto} alone: its blocks of 8 bytes repeat too soon. */
  private static final String TRIPLE_DES = "DES-CBC3-SHA";

  private static final String PSK_NEGOTIATE = "PSK-NEGOTIATE";
  private static final int MASTER_BYTES = 48;
  private static final Map<String, Suite> OWN_NAMES = new LinkedHashMap<>();
  private static final Map<String, Suite> PRE_RFC_NAMES = new LinkedHashMap<>();
  private static final Map<String, Suite> DTLS12_NAMES = new LinkedHashMap<>();

  static {
    OWN_NAMES.put("OC-DTLS1_2-AES256-GCM", Suite.RSA_AES_256_GCM);
    OWN_NAMES.put("OC-DTLS1_2-AES128-GCM", Suite.RSA_AES_128_GCM);
    PRE_RFC_NAMES.put("DHE-RSA-AES256-SHA", Suite.DHE_RSA_AES_256_SHA);
    PRE_RFC_NAMES.put("DHE-RSA-AES128-SHA", Suite.DHE_RSA_AES_128_SHA);
    PRE_RFC_NAMES.put("AES256-SHA", Suite.RSA_AES_256_SHA);
    PRE_RFC_NAMES.put("AES128-SHA", Suite.RSA_AES_128_SHA);
    PRE_RFC_NAMES.put(TRIPLE_DES, Suite.RSA_3DES_SHA);
    DTLS12_NAMES.put("ECDHE-RSA-AES256-GCM-SHA384", Suite.ECDHE_RSA_AES_256_GCM);
    DTLS12_NAMES.put("ECDHE-RSA-AES128-GCM-SHA256", Suite.ECDHE_RSA_AES_128_GCM);
    DTLS12_NAMES.put("AES256-GCM-SHA384", Suite.RSA_AES_256_GCM);
    DTLS12_NAMES.put("AES128-GCM-SHA256", Suite.RSA_AES_128_GCM);
    DTLS12_NAMES.put("DHE-RSA-AES256-SHA", Suite.DHE_RSA_AES_256_SHA);
    DTLS12_NAMES.put("DHE-RSA-AES128-SHA", Suite.DHE_RSA_AES_128_SHA);
    DTLS12_NAMES.put("AES256-SHA", Suite.RSA_AES_256_SHA);
    DTLS12_NAMES.put("AES128-SHA", Suite.RSA_AES_128_SHA);
  }

  /**
   * What came of it.
   *
   * @param offers empty if there is no DTLS
   * @param why there is none; empty if there is
   * @param mtu for the TUN: what fits through every carrier
   */
  public record Result(List<DatagramOffer> offers, String why, int mtu) {
    public static Result none(String why) {
      return new Result(List.of(), why, Integer.MAX_VALUE);
    }
  }

  /** A suite with the name and header by which it goes in CONNECT. */
  record Named(DtlsParameters.Form form, Suite suite, String header, String name) {}

  private final TunnelContext context;
  private final SecretBytes master;
  private Optional<SecretBytes> psk = Optional.empty();

  public DtlsNegotiation(TunnelContext context) {
    this.context = context;
    byte[] random = new byte[MASTER_BYTES];
    context.plugin().random().nextBytes(random);
    this.master = SecretBytes.owning(random);
  }

  /** What a server of ours takes of two lists, its own preference first. */
  static Optional<Named> match(List<String> first, List<String> twelve) {
    return Stream.of(
            named(DtlsParameters.Form.RESUMPTION, "X-DTLS12-CipherSuite", DTLS12_NAMES, twelve),
            named(DtlsParameters.Form.RESUMPTION, "X-DTLS-CipherSuite", OWN_NAMES, first),
            named(DtlsParameters.Form.PRE_RFC, "X-DTLS-CipherSuite", PRE_RFC_NAMES, first))
        .flatMap(s -> s)
        .findFirst();
  }

  private static Stream<Named> named(
      DtlsParameters.Form form, String header, Map<String, Suite> names, List<String> offered) {
    return names.entrySet().stream()
        .filter(e -> offered.contains(e.getKey()))
        .map(e -> new Named(form, e.getValue(), header, e.getKey()));
  }

  /** Headers for the request; one of them is secret. */
  public List<HttpHeader> requestHeaders() {
    String first =
        context
            .settings()
            .options()
            .text(AnyConnectProtocol.DTLS_CIPHERS)
            .orElse(
                Stream.of(
                        Stream.of(PSK_NEGOTIATE),
                        OWN_NAMES.keySet().stream(),
                        PRE_RFC_NAMES.keySet().stream().filter(this::isAllowed))
                    .flatMap(s -> s)
                    .collect(Collectors.joining(":")));
    String second =
        context
            .settings()
            .options()
            .text(AnyConnectProtocol.DTLS12_CIPHERS)
            .orElse(
                context.settings().options().text(AnyConnectProtocol.DTLS_CIPHERS).isPresent()
                    ? ""
                    : String.join(":", DTLS12_NAMES.keySet()));
    return Stream.of(
            new HttpHeader(
                "X-DTLS-Master-Secret", HexFormat.of().withUpperCase().formatHex(master.expose())),
            new HttpHeader("X-DTLS-CipherSuite", first),
            new HttpHeader("X-DTLS12-CipherSuite", second))
        .filter(h -> !h.value().isEmpty())
        .toList();
  }

  private boolean isAllowed(String name) {
    return !name.equals(TRIPLE_DES)
        || context.settings().options().flag(AnyConnectProtocol.ALLOW_INSECURE_CRYPTO);
  }

  /** Reads the answer. */
  public Result result(ConnectResponse response, int negotiatedMtu) throws PeerViolationException {
    Optional<String> twelve = response.first("x-dtls12-ciphersuite");
    Optional<String> other = response.first("x-dtls-ciphersuite");
    if (response.first("x-dtls-app-id").isEmpty() && sessionId(response).isEmpty()) {
      return new Result(
          List.of(),
          other.isEmpty() && twelve.isEmpty() && response.first("x-dtls-port").isEmpty()
              ? "the server has it switched off"
              : "the server and we have no DTLS cipher suite in common",
          negotiatedMtu);
    }
    if (twelve.isPresent()) {
      return resumption(
          DtlsParameters.Form.RESUMPTION, DTLS12_NAMES, twelve.get(), response, negotiatedMtu);
    }
    String name = other.orElse("");
    if (name.equalsIgnoreCase(PSK_NEGOTIATE)) {
      return psk(response, negotiatedMtu);
    }
    return OWN_NAMES.containsKey(name)
        ? resumption(DtlsParameters.Form.RESUMPTION, OWN_NAMES, name, response, negotiatedMtu)
        : resumption(DtlsParameters.Form.PRE_RFC, PRE_RFC_NAMES, name, response, negotiatedMtu);
  }

  @Override
  public void close() {
    master.close();
    psk.ifPresent(SecretBytes::close);
  }

  private Result psk(ConnectResponse response, int negotiatedMtu) throws PeerViolationException {
    byte[] id = hex("X-DTLS-App-ID", response.first("x-dtls-app-id").orElse(""), 1, 32);
    SecretBytes exported;
    try {
      exported = context.tls().exported(PSK_LABEL);
    } catch (IllegalArgumentException e) {
      return new Result(
          List.of(),
          "PSK-NEGOTIATE needs keying material that this TLS connection does not give (no extended"
              + " master secret)",
          negotiatedMtu);
    }
    psk = Optional.of(exported);
    DtlsParameters parameters =
        new DtlsParameters(
            DtlsParameters.Form.PSK_NEGOTIATE,
            List.of(Suite.PSK_AES_256_GCM, Suite.PSK_AES_128_GCM, Suite.PSK_CHACHA20_POLY1305),
            id,
            () -> SecretBytes.copyOf(exported.expose(), 0, exported.length()));
    return offer(parameters, response, negotiatedMtu);
  }

  private Result resumption(
      DtlsParameters.Form form,
      Map<String, Suite> names,
      String name,
      ConnectResponse response,
      int negotiatedMtu)
      throws PeerViolationException {
    Suite suite = names.get(name.toUpperCase(Locale.ROOT));
    if (!isAllowed(name.toUpperCase(Locale.ROOT))) {
      return new Result(
          List.of(),
          "the server chose " + TRIPLE_DES + ", which --allow-insecure-crypto alone permits",
          negotiatedMtu);
    }
    if (suite == null) {
      return new Result(
          List.of(),
          "the server chose the cipher suite " + name + ", which is not known here",
          negotiatedMtu);
    }
    DtlsParameters parameters =
        new DtlsParameters(
            form,
            List.of(suite),
            hex("X-DTLS-Session-ID", sessionId(response).orElse(""), 32, 32),
            () -> SecretBytes.copyOf(master.expose(), 0, MASTER_BYTES));
    return offer(parameters, response, negotiatedMtu);
  }

  private Result offer(DtlsParameters parameters, ConnectResponse response, int negotiatedMtu)
      throws PeerViolationException {
    String field = "X-DTLS-Content-Encoding";
    Optional<Encoding> encoding =
        CompressionOffer.accepted(
            field, response.first(field), CompressionOffer.of(context.settings()).datagrams());
    int announced = response.number("x-dtls-port", 0, 65535).orElse(0);
    int port = announced == 0 ? 443 : announced;
    long dpd =
        context
            .settings()
            .forcedDpd()
            .or(() -> quietly(response, "x-dtls-dpd"))
            .map(Duration::toNanos)
            .orElse(0L);
    boolean rekeys =
        response.first("x-dtls-rekey-method").filter(m -> m.equalsIgnoreCase("ssl")).isPresent();
    DtlsTimers timers =
        new DtlsTimers(
            dpd,
            nanos(response, "x-dtls-keepalive"),
            rekeys ? nanos(response, "x-dtls-rekey-time") : 0);
    String description =
        parameters.form().words()
            + (parameters.suites().size() == 1 ? ", " + parameters.suites().get(0) : "")
            + encoding.map(e -> ", compressed by " + e.wireName()).orElse("");
    int ip = context.tls().peerAddress().getAddress() instanceof Inet6Address ? 40 : 20;
    int payload = context.settings().pathMtu() - ip - 8;
    int fits =
        parameters.suites().stream().mapToInt(s -> s.maxPlaintext(payload)).min().orElseThrow() - 1;
    return new Result(
        List.of(
            new CustomOffer(
                description,
                port,
                () -> DtlsEngine.client(parameters, timers, context.plugin().random(), encoding))),
        "",
        Math.min(negotiatedMtu, fits));
  }

  private static Optional<String> sessionId(ConnectResponse response) {
    return response.first("x-dtls-session-id").or(() -> response.first("x-dtls12-session-id"));
  }

  private static Optional<Duration> quietly(ConnectResponse response, String name) {
    try {
      return response.seconds(name);
    } catch (PeerViolationException e) {
      return Optional.empty();
    }
  }

  private static long nanos(ConnectResponse response, String name) throws PeerViolationException {
    return response.seconds(name).map(Duration::toNanos).orElse(0L);
  }

  private static byte[] hex(String field, String text, int least, int most)
      throws PeerViolationException {
    if (text.length() % 2 == 0
        && text.matches("[0-9a-fA-F]*")
        && text.length() >= 2 * least
        && text.length() <= 2 * most) {
      return HexFormat.of().parseHex(text);
    }
    throw new PeerViolationException(
        field,
        "hexadecimal digits of " + least + " to " + most + " bytes",
        text.length() + " characters");
  }
}

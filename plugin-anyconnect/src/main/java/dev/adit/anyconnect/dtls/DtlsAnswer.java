package dev.adit.anyconnect.dtls;

import dev.adit.api.secret.SecretBytes;
import dev.adit.api.tunnel.TlsSession;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The gateway's side of {@link DtlsNegotiation}: chooses among what a client offers. */
public final class DtlsAnswer {
  private static final int ID_BYTES = 32;

  private DtlsAnswer() {}

  /** Hears what associations are to be made with. */
  public interface Chosen {
    /**
     * Once, if there is something in common.
     *
     * @param secret what the parameters copy from, the hearer's to close when no handshake begins
     *     any more
     */
    void take(DtlsParameters parameters, SecretBytes secret);
  }

  /**
   * Header lines for the answer to CONNECT, none if there is nothing in common.
   *
   * @param request the client's headers by lower-case name
   */
  public static String headers(
      Map<String, String> request,
      TlsSession tls,
      SecureRandom random,
      int udpPort,
      Chosen chosen) {
    List<String> first = names(request, "x-dtls-ciphersuite");
    List<String> twelve = names(request, "x-dtls12-ciphersuite");
    byte[] id = new byte[ID_BYTES];
    random.nextBytes(id);
    String hex = HexFormat.of().formatHex(id);
    String common = "X-DTLS-Port: " + udpPort + "\r\nX-DTLS-DPD: 20\r\nX-DTLS-Keepalive: 30\r\n";
    if (first.contains("PSK-NEGOTIATE")) {
      SecretBytes psk = tls.exported(DtlsNegotiation.PSK_LABEL);
      List<Suite> suites =
          List.of(Suite.PSK_AES_256_GCM, Suite.PSK_AES_128_GCM, Suite.PSK_CHACHA20_POLY1305);
      chosen.take(
          new DtlsParameters(
              DtlsParameters.Form.PSK_NEGOTIATE,
              suites,
              id,
              () -> SecretBytes.copyOf(psk.expose(), 0, psk.length())),
          psk);
      return common + "X-DTLS-App-ID: " + hex + "\r\nX-DTLS-CipherSuite: PSK-NEGOTIATE\r\n";
    }
    String master = request.getOrDefault("x-dtls-master-secret", "");
    if (!master.matches("[0-9a-fA-F]{96}")) {
      return "";
    }
    Optional<DtlsNegotiation.Named> match = DtlsNegotiation.match(first, twelve);
    if (match.isEmpty()) {
      return common;
    }
    SecretBytes secret = SecretBytes.owning(HexFormat.of().parseHex(master));
    chosen.take(
        new DtlsParameters(
            match.get().form(),
            List.of(match.get().suite()),
            id,
            () -> SecretBytes.copyOf(secret.expose(), 0, secret.length())),
        secret);
    return common
        + "X-DTLS-Session-ID: "
        + hex
        + "\r\n"
        + match.get().header()
        + ": "
        + match.get().name()
        + "\r\n";
  }

  private static List<String> names(Map<String, String> request, String header) {
    return List.of(request.getOrDefault(header, "").split(":", -1));
  }
}

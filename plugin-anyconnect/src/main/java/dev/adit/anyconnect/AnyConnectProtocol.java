package dev.adit.anyconnect;

import dev.adit.anyconnect.auth.Login;
import dev.adit.anyconnect.auth.ServerProfile;
import dev.adit.anyconnect.cstp.CstpEngine;
import dev.adit.anyconnect.dtls.DtlsNegotiation;
import dev.adit.anyconnect.gateway.AnyConnectGateway;
import dev.adit.anyconnect.sso.StrapKey;
import dev.adit.api.ProtocolInfo;
import dev.adit.api.ProtocolInfo.TlsExport;
import dev.adit.api.ProtocolOption;
import dev.adit.api.VpnProtocol;
import dev.adit.api.auth.AuthContext;
import dev.adit.api.auth.NamedIdentity;
import dev.adit.api.auth.SessionTicket;
import dev.adit.api.error.VpnException;
import dev.adit.api.gateway.GatewayProtocol;
import dev.adit.api.secret.SecretText;
import dev.adit.api.tunnel.TunnelContext;
import dev.adit.api.tunnel.TunnelEngine;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.pf4j.Extension;

/** {@code --protocol=anyconnect}. */
@Extension
public final class AnyConnectProtocol implements VpnProtocol {
  /** Option: log in by GET and POST of forms, without XML. */
  public static final String NO_XMLPOST = "no-xmlpost";

  /** Option: which DTLS forms and suites to offer in {@code X-DTLS-CipherSuite}. */
  public static final String DTLS_CIPHERS = "dtls-ciphers";

  /** Option: which suites to offer in {@code X-DTLS12-CipherSuite}. */
  public static final String DTLS12_CIPHERS = "dtls12-ciphers";

  /** Option: also what is no longer secure. */
  public static final String ALLOW_INSECURE_CRYPTO = "allow-insecure-crypto";

  /** Option: which encodings to offer, of those that {@code --compression} allows. */
  public static final String COMPRESSION_ENCODINGS = "compression-encodings";

  private static final ProtocolInfo INFO =
      new ProtocolInfo(
          "anyconnect",
          List.of("cisco"),
          "Cisco AnyConnect: ASA, FTD and ocserv",
          443,
          List.of(
              ProtocolOption.flag(NO_XMLPOST, "Log in by the older forms instead of XML."),
              ProtocolOption.value(
                  DTLS_CIPHERS,
                  ProtocolOption.Type.TEXT,
                  "LIST",
                  "Offer these for DTLS, separated by ':': PSK-NEGOTIATE, OC-DTLS1_2-AES256-GCM,"
                      + " OC-DTLS1_2-AES128-GCM, AES256-SHA, AES128-SHA."),
              ProtocolOption.value(
                  DTLS12_CIPHERS,
                  ProtocolOption.Type.TEXT,
                  "LIST",
                  "Offer these for DTLS 1.2, by their OpenSSL names."),
              ProtocolOption.flag(
                  ALLOW_INSECURE_CRYPTO,
                  "Offer 3DES (DES-CBC3-SHA) for DTLS too, for servers that have nothing else."),
              ProtocolOption.value(
                  COMPRESSION_ENCODINGS,
                  ProtocolOption.Type.TEXT,
                  "LIST",
                  "Of what --compression allows, offer only these, separated by ',': oc-lz4, lzs,"
                      + " deflate.")),
          List.of(
              new TlsExport(DtlsNegotiation.PSK_LABEL, DtlsNegotiation.PSK_BYTES),
              new TlsExport(StrapKey.EXPORT_LABEL, StrapKey.EXPORT_BYTES)));

  @Override
  public ProtocolInfo info() {
    return INFO;
  }

  @Override
  public SessionTicket authenticate(AuthContext context) throws VpnException, InterruptedException {
    return new Login(context).run();
  }

  @Override
  public SessionTicket resume(AuthContext context, SecretText cookie) throws VpnException {
    return new SessionTicket(SessionCookie.parse(cookie), context.server(), Optional.empty());
  }

  @Override
  public List<NamedIdentity> identities() {
    return Identities.all();
  }

  @Override
  public List<URI> serversInProfile(String profile, String name) throws VpnException {
    return ServerProfile.parse(profile).servers(name);
  }

  @Override
  public TunnelEngine tunnel(TunnelContext context) {
    return new CstpEngine(context);
  }

  @Override
  public Optional<GatewayProtocol> gateway() {
    return Optional.of(new AnyConnectGateway());
  }
}

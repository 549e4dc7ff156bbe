package dev.adit.anyconnect.cstp;

import dev.adit.anyconnect.ClientProfile;
import dev.adit.anyconnect.SessionCookie;
import dev.adit.anyconnect.compress.CompressionOffer;
import dev.adit.anyconnect.compress.Encoding;
import dev.adit.anyconnect.dtls.DtlsNegotiation;
import dev.adit.api.http.HttpHeader;
import dev.adit.api.tunnel.IpPrefix;
import dev.adit.api.tunnel.TunnelConfig;
import dev.adit.api.tunnel.TunnelContext;
import java.net.Inet6Address;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The request that opens a tunnel, with the headers that servers are known to need. */
final class ConnectRequest {
  /** RFC 8200 §5; also what clients never go below. */
  private static final int MIN_BASE_MTU = 1280;

  /** DTLS at its worst: header 13, IV 16, MAC 20, padding 16, type 1, and 16 of reserve. */
  private static final int WORST_DTLS = 82;

  private ConnectRequest() {}

  /** Bytes in ISO 8859-1; they hold the session secret, and are the caller's to wipe. */
  static byte[] of(
      TunnelContext context, List<HttpHeader> binding, Optional<DtlsNegotiation> dtls) {
    ClientProfile profile = new ClientProfile(context.settings().identity());
    URI url = context.ticket().connectUrl();
    List<HttpHeader> headers = new ArrayList<>();
    int port = url.getPort();
    headers.add(
        new HttpHeader("Host", url.getHost() + (port <= 0 || port == 443 ? "" : ":" + port)));
    headers.add(new HttpHeader("User-Agent", profile.userAgent()));
    headers.add(new HttpHeader("Cookie", SessionCookie.header(context.ticket().cookie())));
    headers.add(new HttpHeader("X-CSTP-Version", "1"));
    headers.add(new HttpHeader("X-CSTP-Hostname", profile.hostname()));
    // Some servers refuse a CONNECT without this line.
    headers.add(new HttpHeader("X-CSTP-Protocol", "Copyright (c) 2004 Cisco Systems, Inc."));
    headers.addAll(binding);
    headers.addAll(profile.mobileHeaders());
    addMtu(context, headers);
    boolean ipv6 = context.settings().ipv6();
    headers.add(new HttpHeader("X-CSTP-Address-Type", ipv6 ? "IPv6,IPv4" : "IPv4"));
    context.previous().flatMap(TunnelConfig::ipv4).ifPresent(a -> addAddress(a, headers));
    if (ipv6) {
      context.previous().flatMap(TunnelConfig::ipv6).ifPresent(a -> addAddress(a, headers));
      headers.add(new HttpHeader("X-CSTP-Full-IPv6-Capability", "true"));
    }
    CompressionOffer compression = CompressionOffer.of(context.settings());
    addEncodings("X-CSTP-Accept-Encoding", compression.tls(), headers);
    dtls.ifPresent(
        d -> {
          headers.addAll(d.requestHeaders());
          addEncodings("X-DTLS-Accept-Encoding", compression.datagrams(), headers);
        });
    StringBuilder request = new StringBuilder("CONNECT /CSCOSSLC/tunnel HTTP/1.1\r\n");
    for (HttpHeader header : headers) {
      request.append(header.name()).append(": ").append(header.value()).append("\r\n");
    }
    return request.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  private static void addMtu(TunnelContext context, List<HttpHeader> headers) {
    int base = Math.max(MIN_BASE_MTU, context.settings().pathMtu());
    boolean outer6 = context.tls().peerAddress().getAddress() instanceof Inet6Address;
    int wish = base - WORST_DTLS - 8 - (outer6 ? 40 : 20);
    headers.add(new HttpHeader("X-CSTP-Base-MTU", String.valueOf(base)));
    headers.add(
        new HttpHeader("X-CSTP-MTU", String.valueOf(context.settings().mtu().orElse(wish))));
  }

  private static void addEncodings(
      String name, List<Encoding> encodings, List<HttpHeader> headers) {
    if (!encodings.isEmpty()) {
      headers.add(new HttpHeader(name, Encoding.offer(encodings)));
    }
  }

  private static void addAddress(IpPrefix address, List<HttpHeader> headers) {
    headers.add(new HttpHeader("X-CSTP-Address", address.address().getHostAddress()));
  }
}

package dev.adit.anyconnect.gateway;

import dev.adit.anyconnect.compress.Encoding;
import dev.adit.anyconnect.compress.PacketCompression;
import dev.adit.anyconnect.cstp.CstpFrame;
import dev.adit.anyconnect.dtls.DtlsAnswer;
import dev.adit.anyconnect.dtls.DtlsTimers;
import dev.adit.api.OptionValues;
import dev.adit.api.datagram.DatagramEvent;
import dev.adit.api.datagram.DatagramOutput;
import dev.adit.api.gateway.AddressPool.Lease;
import dev.adit.api.gateway.GatewayOutput;
import dev.adit.api.packet.PacketBatch;
import dev.adit.api.tunnel.IpPrefix;
import dev.adit.api.tunnel.TunnelConfig;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The tunnel of one connection: frames over TLS, or records over the session's DTLS. */
final class GatewayTunnel {
  static final DtlsTimers DTLS_TIMERS = new DtlsTimers(0, 0, 0);
  private static final int DPD_SECONDS = 20;

  private final AnyConnectGatewayEngine engine;
  private final Session session;
  private final GatewayClient client;
  private final GatewayOutput output;
  private @Nullable PacketCompression compression;
  private boolean over;

  private GatewayTunnel(
      AnyConnectGatewayEngine engine, Session session, GatewayClient client, GatewayOutput out) {
    this.engine = engine;
    this.session = session;
    this.client = client;
    this.output = out;
  }

  /** Answers CONNECT; no tunnel if it was refused. */
  static Optional<GatewayTunnel> open(
      AnyConnectGatewayEngine engine,
      GatewayClient client,
      GatewayRequest request,
      long nowNanos,
      GatewayOutput out) {
    if (engine.has(Fault.REFUSE)) {
      GatewayClient.text(
          out,
          "HTTP/1.1 503 Service Unavailable\r\nX-Reason: no more licences\r\n"
              + "Content-Length: 0\r\n\r\n");
      out.finish();
      return Optional.empty();
    }
    Optional<Session> found =
        request
            .cookie("webvpn")
            .flatMap(engine::session)
            .filter(session -> engine.strap().passes(session, request, client.tls(), out));
    if (found.isEmpty()) {
      GatewayClient.text(out, "HTTP/1.1 401 Cookie is not acceptable\r\n\r\n");
      out.event("cookie-refused", "");
      out.finish();
      return Optional.empty();
    }
    Session session = found.get();
    GatewayClient before = session.client;
    GatewayTunnel tunnel = new GatewayTunnel(engine, session, client, out);
    if (engine.has(Fault.CHANGED_ADDRESS)) {
      engine.settings().addresses().release(session.cookie);
    }
    session.lease = engine.settings().addresses().lease(session.cookie);
    session.tunnels++;
    session.closeDtls();
    session.client = client;
    GatewayClient.text(out, tunnel.response(request));
    if (before != null) {
      before.replaced(out);
    }
    out.attach(session.lease);
    out.event("tunnel", session.user);
    tunnel.misbehave();
    return Optional.of(tunnel);
  }

  void receive(
      byte[] bytes, int offset, int length, long nowNanos, PacketBatch packets, GatewayOutput out) {
    boolean oneFrame =
        length >= CstpFrame.HEADER_BYTES
            && CstpFrame.isHeader(bytes, offset)
            && CstpFrame.length(bytes, offset) + CstpFrame.HEADER_BYTES == length;
    if (!oneFrame) {
      // As ocserv: a record that is not exactly one frame ends the session.
      control(CstpFrame.DISCONNECT, new byte[0]);
      out.event("bad-record", length + " bytes");
      out.finish();
      return;
    }
    int payload = offset + CstpFrame.HEADER_BYTES;
    int payloadLength = length - CstpFrame.HEADER_BYTES;
    switch (CstpFrame.type(bytes, offset)) {
      case CstpFrame.DATA -> {
        // As ocserv: data over TLS brings the answers there too.
        session.byDtls = false;
        packets.append(bytes, payload, payloadLength);
      }
      case CstpFrame.COMPRESSED -> {
        session.byDtls = false;
        // As ocserv: what cannot be expanded ends the session.
        if (compression == null
            || compression.expand(bytes, payload, payloadLength, packets)
                != PacketCompression.Verdict.EXPANDED) {
          control(CstpFrame.DISCONNECT, new byte[0]);
          out.event("bad-compression", payloadLength + " bytes");
          out.finish();
        }
      }
      case CstpFrame.DPD_REQUEST -> {
        if (!engine.has(Fault.NO_DPD)) {
          control(
              CstpFrame.DPD_RESPONSE, Arrays.copyOfRange(bytes, payload, payload + payloadLength));
        }
      }
      case CstpFrame.DISCONNECT -> {
        over = true;
        if (payloadLength > 0 && bytes[payload] == CstpFrame.LOG_OFF) {
          engine.logOff(session);
          out.event("logout", session.user);
        }
        out.finish();
      }
      default -> {
        // Keepalives and what we do not know.
      }
    }
  }

  void send(PacketBatch packets, long nowNanos, GatewayOutput out) {
    if (over) {
      return;
    }
    if (session.byDtls
        && session.dtlsIsReady()
        && session.dtlsAddress != null
        && session.dtls != null) {
      session.dtls.seal(packets, nowNanos, NO_CONTROL);
      DatagramOutput datagrams = engine.reply(session, session.dtlsAddress, out);
      for (int i = 0; i < packets.count(); i++) {
        if (packets.length(i) > 0) {
          datagrams.send(packets.array(), packets.offset(i), packets.length(i));
        }
      }
      return;
    }
    byte[] bytes = packets.array();
    for (int i = 0; i < packets.count(); i++) {
      boolean shrunk = compression != null && compression.shrink(packets, i);
      int length = packets.length(i);
      int at = packets.offset(i) - CstpFrame.HEADER_BYTES;
      CstpFrame.write(bytes, at, shrunk ? CstpFrame.COMPRESSED : CstpFrame.DATA, length);
      out.record(bytes, at, CstpFrame.HEADER_BYTES + length);
    }
  }

  long nanosUntilDeadline(long nowNanos) {
    return Long.MAX_VALUE;
  }

  void onDeadline(long nowNanos, GatewayOutput out) {}

  void replaced() {
    over = true;
    control(CstpFrame.DISCONNECT, new byte[0]);
    output.finish();
  }

  void close() {
    over = true;
    if (compression != null) {
      compression.close();
      compression = null;
    }
    if (session.client == client) {
      session.client = null;
      session.closeDtls();
    }
  }

  private static final DatagramOutput NO_CONTROL =
      new DatagramOutput() {
        @Override
        public void send(byte[] bytes, int offset, int length) {
          throw new IllegalStateException("sealing sends nothing by itself");
        }

        @Override
        public void event(DatagramEvent event) {
          // New keys are the client's to make.
        }
      };

  private String response(GatewayRequest request) {
    TunnelConfig template = engine.settings().template();
    Lease lease = session.lease;
    StringBuilder head = new StringBuilder("HTTP/1.1 200 CONNECTED\r\n");
    header(head, "X-CSTP-Version", "1");
    header(head, "X-CSTP-Server-Name", "adit gateway");
    if (lease != null) {
      lease
          .ipv4()
          .ifPresent(
              a -> {
                header(head, "X-CSTP-Address", a.address().getHostAddress());
                header(head, "X-CSTP-Netmask", "255.255.255.255");
              });
      boolean six = request.header("x-cstp-full-ipv6-capability").isPresent();
      lease
          .ipv6()
          .filter(a -> six)
          .ifPresent(a -> header(head, "X-CSTP-Address-IP6", a.toString()));
    }
    for (InetAddress server : template.dns()) {
      header(head, "X-CSTP-DNS", server.getHostAddress());
    }
    template.searchDomains().forEach(d -> header(head, "X-CSTP-Default-Domain", d));
    template.splitDns().forEach(d -> header(head, "X-CSTP-Split-DNS", d));
    boolean changed = engine.has(Fault.CHANGED_NETWORK);
    template.splitInclude().stream()
        .filter(p -> p.isIpv4() || !changed)
        .forEach(p -> route(head, "X-CSTP-Split-Include", p));
    if (changed) {
      int number = session.tunnels % 256;
      header(head, "X-CSTP-Split-Include", "10." + number + ".0.0/255.255.0.0");
      header(head, "X-CSTP-DNS", "10." + number + ".0.53");
      header(head, "X-CSTP-Default-Domain", "net" + number + ".test");
    }
    template.splitExclude().forEach(p -> route(head, "X-CSTP-Split-Exclude", p));
    if (engine.has(Fault.NO_ROUTE_SENSE)) {
      header(head, "X-CSTP-Split-Include", "300.1.2.3/255.0.255.0");
    }
    template
        .banner()
        .ifPresent(b -> header(head, "X-CSTP-Banner", b.replaceAll("[\\r\\n]", "%0A")));
    header(head, "X-CSTP-DPD", String.valueOf(DPD_SECONDS));
    header(head, "X-CSTP-Keepalive", "30");
    engine
        .settings()
        .options()
        .integer("rekey-seconds")
        .ifPresent(
            s -> {
              header(head, "X-CSTP-Rekey-Time", String.valueOf(s));
              header(head, "X-CSTP-Rekey-Method", "new-tunnel");
            });
    limits(head);
    int mtu = engine.settings().options().integer("mtu").orElse(template.mtu());
    header(head, "X-CSTP-MTU", String.valueOf(mtu));
    head.append(
        DtlsAnswer.headers(
            request.headers(),
            client.tls(),
            engine.settings().plugin().random(),
            engine.settings().udpPort(),
            session::offerDtls));
    List<Encoding> taken =
        engine.settings().options().text("compression").map(Encoding::list).orElse(List.of());
    choose(head, "CSTP", request, taken).ifPresent(e -> compression = new PacketCompression(e));
    session.dtlsEncoding = choose(head, "DTLS", request, Encoding.forDatagrams(taken));
    return head.append("\r\n").toString();
  }

  /** When sessions end, which they do not: it is the client's warning that is tried. */
  private void limits(StringBuilder head) {
    OptionValues options = engine.settings().options();
    options
        .integer("session-seconds")
        .ifPresent(s -> header(head, "X-CSTP-Session-Timeout", String.valueOf(s)));
    options
        .integer("alert-seconds")
        .ifPresent(s -> header(head, "X-CSTP-Session-Timeout-Alert-Interval", String.valueOf(s)));
    options
        .integer("idle-seconds")
        .ifPresent(s -> header(head, "X-CSTP-Idle-Timeout", String.valueOf(s)));
  }

  /** The first of ours that the client takes. */
  private Optional<Encoding> choose(
      StringBuilder head, String carrier, GatewayRequest request, List<Encoding> taken) {
    String header = "x-" + carrier.toLowerCase(Locale.ROOT) + "-accept-encoding";
    List<Encoding> offered = Encoding.list(request.header(header).orElse(""));
    Optional<Encoding> chosen = taken.stream().filter(offered::contains).findFirst();
    chosen.ifPresent(
        e -> {
          header(head, "X-" + carrier + "-Content-Encoding", e.wireName());
          output.event("compression", carrier + " " + e.wireName());
        });
    return chosen;
  }

  private static void route(StringBuilder head, String name, IpPrefix prefix) {
    if (prefix.isIpv4()) {
      int mask = prefix.length() == 0 ? 0 : -1 << (32 - prefix.length());
      header(
          head,
          name,
          prefix.address().getHostAddress()
              + "/"
              + (mask >>> 24)
              + "."
              + (mask >> 16 & 255)
              + "."
              + (mask >> 8 & 255)
              + "."
              + (mask & 255));
    } else {
      header(head, name + "-IP6", prefix.toString());
    }
  }

  private static void header(StringBuilder head, String name, String value) {
    head.append(name).append(": ").append(value).append("\r\n");
  }

  private void control(int type, byte[] payload) {
    byte[] frame = CstpFrame.of(type, payload);
    output.record(frame, 0, frame.length);
  }

  private void misbehave() {
    if (engine.has(Fault.OVERSIZED_FRAME)) {
      byte[] frame = new byte[CstpFrame.HEADER_BYTES];
      CstpFrame.write(frame, 0, CstpFrame.DATA, 65535);
      output.record(frame, 0, frame.length);
    }
    if (engine.has(Fault.TRUNCATED_FRAME)) {
      byte[] frame = CstpFrame.of(CstpFrame.DATA, new byte[100]);
      output.record(frame, 0, 50);
      output.finish();
    }
    if (engine.has(Fault.UNKNOWN_FRAME_TYPE)) {
      control(42, new byte[] {1, 2, 3});
    }
    if (engine.has(Fault.BAD_MAGIC)) {
      output.record(new byte[] {'S', 'T', 'X', 1, 0, 0, 0, 0}, 0, 8);
    }
  }
}

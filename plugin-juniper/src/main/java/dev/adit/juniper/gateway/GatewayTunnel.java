package dev.adit.juniper.gateway;

import dev.adit.api.error.PeerViolationException;
import dev.adit.api.error.VpnException;
import dev.adit.api.gateway.AddressPool.Lease;
import dev.adit.api.gateway.GatewayOutput;
import dev.adit.api.packet.PacketBatch;
import dev.adit.api.tunnel.IpPrefix;
import dev.adit.api.tunnel.TunnelConfig;
import dev.adit.juniper.oncp.Groups;
import dev.adit.juniper.oncp.Groups.Attribute;
import dev.adit.juniper.oncp.Kmp;
import dev.adit.juniper.oncp.OncpRecord;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;

/**
 * The tunnel of one connection: over TLS, and by ESP while the client wants that. Openconnect 9.01
 * does not look at the last 20 bytes of a configuration for the head of a group: the last one is
 * longer.
 */
final class GatewayTunnel {
  private static final int CONTROL_GROUP = 6;
  private static final int ESP_ON = 1;

  private final JuniperGatewayEngine engine;
  private final Session session;
  private final RecordWriter writer;
  private final Optional<ClientEsp> esp;
  private final ByteArrayOutputStream stream = new ByteArrayOutputStream();
  private boolean named;
  private long nextRekey;

  private GatewayTunnel(
      JuniperGatewayEngine engine,
      Session session,
      RecordWriter writer,
      Optional<ClientEsp> esp,
      long nowNanos) {
    this.engine = engine;
    this.session = session;
    this.writer = writer;
    this.esp = esp;
    this.nextRekey = nowNanos + rekeyNanos();
  }

  /** Answers the upgrade; no tunnel if it was refused. */
  static Optional<GatewayTunnel> open(
      JuniperGatewayEngine engine, GatewayRequest request, long nowNanos, GatewayOutput out) {
    Optional<Session> session =
        engine.has(Fault.EXPIRED_COOKIE)
            ? Optional.empty()
            : request.cookie("DSID").flatMap(engine.sessions()::find);
    if (session.isEmpty()) {
      GatewayClient.answer(
          GatewayReply.redirect("/dana-na/auth/url_default/welcome.cgi?p=timed-out")
              .logging("cookie-refused", ""),
          out);
      out.finish();
      return Optional.empty();
    }
    byte[] head =
        "HTTP/1.1 200 OK\r\nContent-type: application/octet-stream\r\nNCP-Version: 3\r\n\r\n"
            .getBytes(StandardCharsets.US_ASCII);
    out.record(head, 0, head.length);
    if (engine.has(Fault.PULSE_STATUS)) {
      out.record(new byte[] {1, 0, 8}, 0, 3);
      out.finish();
      return Optional.empty();
    }
    Lease lease = engine.settings().addresses().lease(session.get().dsid);
    ByteArrayOutputStream groups = new ByteArrayOutputStream();
    Optional<ClientEsp> esp = configuration(engine, lease, groups);
    RecordWriter writer = new RecordWriter(engine.cuts(), out);
    writer.begin(Kmp.message(Kmp.CONFIGURATION, groups.toByteArray(), false));
    out.attach(lease);
    out.event("tunnel", session.get().user);
    if (engine.has(Fault.IDLE_TIMEOUT)) {
      out.record(new byte[] {0, 0, 8}, 0, 3);
    }
    return Optional.of(new GatewayTunnel(engine, session.get(), writer, esp, nowNanos));
  }

  void receive(
      byte[] bytes, int offset, int length, long nowNanos, PacketBatch packets, GatewayOutput out) {
    stream.write(bytes, offset, length);
    byte[] all = stream.toByteArray();
    int at = 0;
    while (all.length - at >= OncpRecord.HEADER_BYTES) {
      int end = at + OncpRecord.HEADER_BYTES + OncpRecord.length(all, at);
      if (end > all.length) {
        break;
      }
      if (named) {
        messages(all, at + OncpRecord.HEADER_BYTES, end, nowNanos, packets, out);
      }
      named = true;
      at = end;
    }
    stream.reset();
    stream.write(all, at, all.length - at);
  }

  void send(PacketBatch packets, long nowNanos, GatewayOutput out) {
    Optional<ClientEsp> by = esp.filter(ClientEsp::carries);
    if (by.isPresent()) {
      by.get().send(packets, nowNanos, out);
    } else {
      writer.data(packets);
    }
  }

  long nanosUntilDeadline(long nowNanos) {
    return rekeyNanos() == Long.MAX_VALUE ? Long.MAX_VALUE : Math.max(0, nextRekey - nowNanos);
  }

  /** New keys are due. */
  void onDeadline(long nowNanos, GatewayOutput out) {
    if (nextRekey - nowNanos > 0) {
      return;
    }
    nextRekey = nowNanos + rekeyNanos();
    try {
      Optional<byte[]> group = esp.isPresent() ? esp.get().renew(nowNanos) : Optional.empty();
      group.ifPresent(g -> writer.message(Kmp.message(Kmp.KEYS, g, false)));
    } catch (VpnException e) {
      out.event("esp-failed", session.user + ", " + e.getMessage());
    }
  }

  void close() {
    esp.ifPresent(ClientEsp::close);
  }

  private long rekeyNanos() {
    OptionalInt seconds = engine.esp().rekeySeconds();
    return esp.isEmpty() || seconds.isEmpty()
        ? Long.MAX_VALUE
        : TimeUnit.SECONDS.toNanos(seconds.getAsInt());
  }

  private void messages(
      byte[] all, int from, int end, long nowNanos, PacketBatch packets, GatewayOutput out) {
    int at = from;
    try {
      while (end - at >= Kmp.HEADER_BYTES) {
        int payload = at + Kmp.HEADER_BYTES;
        int length = Kmp.length(all, at);
        if (length > end - payload) {
          break;
        }
        switch (Kmp.type(all, at)) {
          case Kmp.DATA -> packets.append(all, payload, length);
          case Kmp.KEYS -> keys(Groups.read(all, payload, length), nowNanos, packets, out);
          case Kmp.CONTROL -> control(Groups.read(all, payload, length), out);
          default -> out.event("unknown-message", session.user + ", " + Kmp.type(all, at));
        }
        at = payload + length;
      }
    } catch (VpnException e) {
      out.event("bad-message", session.user + ", " + e.getMessage());
      out.finish();
      return;
    }
    if (at != end) {
      out.event("bad-record", session.user + ", " + (end - at) + " bytes");
      out.finish();
    }
  }

  private void keys(
      List<Attribute> attributes, long nowNanos, PacketBatch packets, GatewayOutput out)
      throws VpnException {
    if (esp.isPresent()) {
      esp.get().keys(attributes, nowNanos, packets, out);
      out.event("esp-keys", session.user);
    }
  }

  private void control(List<Attribute> attributes, GatewayOutput out)
      throws PeerViolationException {
    Optional<byte[]> wanted = Groups.last(attributes, CONTROL_GROUP, ESP_ON, 1);
    if (wanted.isPresent() && esp.isPresent()) {
      boolean on = wanted.get()[0] != 0;
      esp.get().use(on);
      out.event(on ? "esp-on" : "esp-off", session.user);
    }
  }

  /** Message 301's groups; and the ESP that was offered in them. */
  private static Optional<ClientEsp> configuration(
      JuniperGatewayEngine engine, Lease lease, ByteArrayOutputStream out) {
    TunnelConfig template = engine.settings().template();
    out.writeBytes(Groups.group(6, Groups.attribute(2, template.mtu())));
    ByteArrayOutputStream names = new ByteArrayOutputStream();
    template.dns().stream()
        .map(InetAddress::getAddress)
        .filter(a -> a.length == 4)
        .forEach(a -> names.writeBytes(Groups.attribute(1, a)));
    if (!template.searchDomains().isEmpty()) {
      names.writeBytes(
          Groups.attribute(
              2, String.join(",", template.searchDomains()).getBytes(StandardCharsets.US_ASCII)));
    }
    if (names.size() > 0) {
      out.writeBytes(Groups.group(2, names.toByteArray()));
    }
    ByteArrayOutputStream routes = new ByteArrayOutputStream();
    template.splitInclude().stream()
        .filter(IpPrefix::isIpv4)
        .forEach(p -> routes.writeBytes(Groups.attribute(3, route(p))));
    template.splitExclude().stream()
        .filter(IpPrefix::isIpv4)
        .forEach(p -> routes.writeBytes(Groups.attribute(4, route(p))));
    if (routes.size() > 0) {
      out.writeBytes(Groups.group(3, routes.toByteArray()));
    }
    byte[] own = lease.ipv4().orElseThrow().address().getAddress();
    out.writeBytes(Groups.group(1, Groups.attribute(1, own), Groups.attribute(2, -1)));
    return ClientEsp.offer(engine, out);
  }

  private static byte[] route(IpPrefix prefix) {
    int mask = prefix.length() == 0 ? 0 : -1 << 32 - prefix.length();
    return ByteBuffer.allocate(8).put(prefix.address().getAddress()).putInt(mask).array();
  }
}

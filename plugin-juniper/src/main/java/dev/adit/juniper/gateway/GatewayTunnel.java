package dev.adit.juniper.gateway;

import dev.adit.api.gateway.AddressPool.Lease;
import dev.adit.api.gateway.GatewayOutput;
import dev.adit.api.packet.PacketBatch;
import dev.adit.api.tunnel.IpPrefix;
import dev.adit.api.tunnel.TunnelConfig;
import dev.adit.juniper.oncp.Groups;
import dev.adit.juniper.oncp.Kmp;
import dev.adit.juniper.oncp.OncpRecord;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * The tunnel of one connection over TLS. Borders are set as openconnect 9.01 needs them: the status
 * in a TLS record of its own, the configuration in another, with address and mask last, since it
 * does not look at the last 20 bytes for the head of a group.
 */
final class GatewayTunnel {
  private static final int STATUS_GOOD = 0;

  private final Session session;
  private final ByteArrayOutputStream stream = new ByteArrayOutputStream();
  private boolean named;

  private GatewayTunnel(Session session) {
    this.session = session;
  }

  /** Answers the upgrade; no tunnel if it was refused. */
  static Optional<GatewayTunnel> open(
      JuniperGatewayEngine engine, GatewayRequest request, GatewayOutput out) {
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
    GatewayTunnel tunnel = new GatewayTunnel(session.get());
    Lease lease = engine.settings().addresses().lease(session.get().dsid);
    if (engine.has(Fault.PULSE_STATUS)) {
      out.record(new byte[] {1, 0, 8}, 0, 3);
      out.finish();
      return Optional.of(tunnel);
    }
    out.record(new byte[] {1, 0, STATUS_GOOD}, 0, 3);
    byte[] configuration =
        OncpRecord.message(
            Kmp.CONFIGURATION, configuration(engine.settings().template(), lease), false);
    out.record(configuration, 0, configuration.length);
    out.attach(lease);
    out.event("tunnel", session.get().user);
    if (engine.has(Fault.IDLE_TIMEOUT)) {
      out.record(new byte[] {0, 0, 8}, 0, 3);
    }
    return Optional.of(tunnel);
  }

  void receive(byte[] bytes, int offset, int length, PacketBatch packets, GatewayOutput out) {
    stream.write(bytes, offset, length);
    byte[] all = stream.toByteArray();
    int at = 0;
    while (all.length - at >= OncpRecord.HEADER_BYTES) {
      int end = at + OncpRecord.HEADER_BYTES + OncpRecord.length(all, at);
      if (end > all.length) {
        break;
      }
      if (named) {
        messages(all, at + OncpRecord.HEADER_BYTES, end, packets, out);
      }
      named = true;
      at = end;
    }
    stream.reset();
    stream.write(all, at, all.length - at);
  }

  void send(PacketBatch packets, GatewayOutput out) {
    byte[] bytes = packets.array();
    for (int i = 0; i < packets.count(); i++) {
      int length = packets.length(i);
      int from = packets.offset(i);
      if (length > 0 && (bytes[from] & 0xf0) == 0x40) {
        byte[] record =
            OncpRecord.message(Kmp.DATA, Arrays.copyOfRange(bytes, from, from + length), false);
        out.record(record, 0, record.length);
      }
    }
  }

  private void messages(byte[] all, int from, int end, PacketBatch packets, GatewayOutput out) {
    int at = from;
    while (end - at >= Kmp.HEADER_BYTES) {
      int payload = at + Kmp.HEADER_BYTES;
      int next = payload + Kmp.length(all, at);
      if (next > end) {
        break;
      }
      if (Kmp.type(all, at) == Kmp.DATA) {
        packets.append(all, payload, next - payload);
      }
      at = next;
    }
    if (at != end) {
      out.event("bad-record", session.user + ", " + (end - at) + " bytes");
      out.finish();
    }
  }

  private static byte[] configuration(TunnelConfig template, Lease lease) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
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
    return out.toByteArray();
  }

  private static byte[] route(IpPrefix prefix) {
    int mask = prefix.length() == 0 ? 0 : -1 << 32 - prefix.length();
    return ByteBuffer.allocate(8).put(prefix.address().getAddress()).putInt(mask).array();
  }
}

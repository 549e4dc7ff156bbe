package org.example.plain;

import dev.adit.api.gateway.AddressPool.Lease;
import dev.adit.api.gateway.GatewayConnection;
import dev.adit.api.gateway.GatewayEngine;
import dev.adit.api.gateway.GatewayFault;
import dev.adit.api.gateway.GatewayOutput;
import dev.adit.api.gateway.GatewayProtocol;
import dev.adit.api.gateway.GatewaySettings;
import dev.adit.api.packet.PacketBatch;
import dev.adit.api.tunnel.TlsSession;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** The server's side, as much as a demonstration needs. */
final class PlainGateway implements GatewayProtocol {
  private static final String REFUSE = "refuse";

  @Override
  public List<GatewayFault> faults() {
    return List.of(new GatewayFault(REFUSE, "accepts no session"));
  }

  @Override
  public GatewayEngine open(GatewaySettings settings) {
    return new Engine(settings);
  }

  private static final class Engine implements GatewayEngine {
    private final GatewaySettings settings;
    private final Set<String> sessions = new HashSet<>();
    private volatile boolean refuses;

    private Engine(GatewaySettings settings) {
      this.settings = settings;
    }

    @Override
    public void setFaults(Set<String> names) {
      refuses = names.contains(REFUSE);
    }

    @Override
    public GatewayConnection accept(TlsSession tls, GatewayOutput out) {
      return new Connection(this);
    }

    @Override
    public void receiveDatagrams(
        InetSocketAddress from,
        PacketBatch datagrams,
        long nowNanos,
        PacketBatch packets,
        DatagramReply out) {}

    @Override
    public long nanosUntilDeadline(long nowNanos) {
      return Long.MAX_VALUE;
    }

    @Override
    public void onDeadline(long nowNanos, DatagramReply out) {}

    @Override
    public void close() {}
  }

  private static final class Connection implements GatewayConnection {
    private final Engine engine;
    private final StringBuilder text = new StringBuilder();
    private final Unframer unframer = new Unframer();
    private boolean tunnel;

    private Connection(Engine engine) {
      this.engine = engine;
    }

    @Override
    public void receive(
        byte[] bytes, int offset, int length, long nowNanos, PacketBatch packets, GatewayOutput out) {
      if (tunnel) {
        unframer.take(bytes, offset, length, packets);
        return;
      }
      text.append(new String(bytes, offset, length, StandardCharsets.UTF_8));
      if (text.toString().startsWith("POST ") && text.indexOf("\r\n\r\n") > 0) {
        logIn(text.substring(text.indexOf("\r\n\r\n") + 4), out);
        text.setLength(0);
      } else if (text.toString().startsWith("TUNNEL ") && text.charAt(text.length() - 1) == '\n') {
        open(text.substring(7).strip(), out);
      }
    }

    private void logIn(String credentials, GatewayOutput out) {
      String[] parts = credentials.split(":", 2);
      boolean good =
          parts.length == 2 && parts[1].equals(engine.settings.users().get(parts[0]));
      String session = good ? UUID.randomUUID().toString() : "";
      engine.sessions.add(session);
      out.event("login", parts[0]);
      say(
          out,
          "HTTP/1.1 " + (good ? "200 OK" : "403 Forbidden") + "\r\nContent-Length: "
              + session.length() + "\r\n\r\n" + session);
    }

    private void open(String session, GatewayOutput out) {
      if (engine.refuses || session.isEmpty() || !engine.sessions.contains(session)) {
        say(out, "NO such session\n");
        out.finish();
        return;
      }
      tunnel = true;
      Lease lease = engine.settings.addresses().lease(session);
      out.attach(lease);
      say(out, "OK " + lease.ipv4().orElseThrow() + "\n");
      out.event("tunnel", "");
    }

    @Override
    public void send(PacketBatch packets, long nowNanos, GatewayOutput out) {
      Unframer.frame(packets);
      for (int i = 0; i < packets.count(); i++) {
        out.record(packets.array(), packets.offset(i), packets.length(i));
      }
    }

    @Override
    public long nanosUntilDeadline(long nowNanos) {
      return Long.MAX_VALUE;
    }

    @Override
    public void onDeadline(long nowNanos, GatewayOutput out) {}

    @Override
    public void close() {}

    private static void say(GatewayOutput out, String what) {
      byte[] bytes = what.getBytes(StandardCharsets.UTF_8);
      out.record(bytes, 0, bytes.length);
    }
  }
}

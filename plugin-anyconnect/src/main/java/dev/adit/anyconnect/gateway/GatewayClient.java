package dev.adit.anyconnect.gateway;

import dev.adit.api.gateway.GatewayConnection;
import dev.adit.api.gateway.GatewayOutput;
import dev.adit.api.packet.PacketBatch;
import dev.adit.api.tunnel.TlsSession;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One TLS connection: requests until CONNECT, then the tunnel. */
final class GatewayClient implements GatewayConnection {
  private static final int MAX_REQUEST = 256 << 10;

  private final AnyConnectGatewayEngine engine;
  private final TlsSession tls;
  private final GatewayLogin login;
  private final ByteArrayOutputStream pending = new ByteArrayOutputStream();
  private @Nullable GatewayTunnel tunnel;

  GatewayClient(AnyConnectGatewayEngine engine, TlsSession tls) {
    this.engine = engine;
    this.tls = tls;
    this.login = new GatewayLogin(engine, tls);
  }

  TlsSession tls() {
    return tls;
  }

  @Override
  public void receive(
      byte[] bytes, int offset, int length, long nowNanos, PacketBatch packets, GatewayOutput out) {
    if (tunnel != null) {
      tunnel.receive(bytes, offset, length, nowNanos, packets, out);
      return;
    }
    pending.write(bytes, offset, length);
    if (pending.size() > MAX_REQUEST) {
      out.cut();
      return;
    }
    for (Optional<GatewayRequest> request = GatewayRequest.take(pending);
        request.isPresent() && tunnel == null;
        request = GatewayRequest.take(pending)) {
      if (request.get().method().equals("CONNECT")) {
        tunnel = GatewayTunnel.open(engine, this, request.get(), nowNanos, out).orElse(null);
      } else {
        login.answer(request.get(), out);
      }
    }
  }

  @Override
  public void send(PacketBatch packets, long nowNanos, GatewayOutput out) {
    if (tunnel != null) {
      tunnel.send(packets, nowNanos, out);
    }
  }

  @Override
  public long nanosUntilDeadline(long nowNanos) {
    return tunnel == null ? Long.MAX_VALUE : tunnel.nanosUntilDeadline(nowNanos);
  }

  @Override
  public void onDeadline(long nowNanos, GatewayOutput out) {
    if (tunnel != null) {
      tunnel.onDeadline(nowNanos, out);
    }
  }

  @Override
  public void close() {
    if (tunnel != null) {
      tunnel.close();
    }
  }

  /** Another connection of the same session has taken over. */
  void replaced(GatewayOutput out) {
    if (tunnel != null) {
      tunnel.replaced();
    }
  }

  static void text(GatewayOutput out, String text) {
    out.send(text.getBytes(StandardCharsets.UTF_8));
  }
}

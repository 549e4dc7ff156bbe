package dev.adit.juniper.gateway;

import dev.adit.api.gateway.GatewayConnection;
import dev.adit.api.gateway.GatewayOutput;
import dev.adit.api.packet.PacketBatch;
import java.io.ByteArrayOutputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One TLS connection: requests until the upgrade, then the tunnel. */
final class GatewayClient implements GatewayConnection {
  private static final int MAX_REQUEST = 256 << 10;

  private final JuniperGatewayEngine engine;
  private final LoginPages pages;
  private final ByteArrayOutputStream pending = new ByteArrayOutputStream();
  private @Nullable GatewayTunnel tunnel;

  GatewayClient(JuniperGatewayEngine engine, LoginPages pages) {
    this.engine = engine;
    this.pages = pages;
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
        request.isPresent();
        request = GatewayRequest.take(pending)) {
      if (request.get().isUpgrade()) {
        tunnel = GatewayTunnel.open(engine, request.get(), nowNanos, out).orElse(null);
        return;
      }
      answer(pages.answer(request.get()), out);
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
      tunnel = null;
    }
  }

  static void answer(GatewayReply reply, GatewayOutput out) {
    if (!reply.event().isEmpty()) {
      out.event(reply.event(), reply.detail());
    }
    out.send(reply.toBytes());
  }
}

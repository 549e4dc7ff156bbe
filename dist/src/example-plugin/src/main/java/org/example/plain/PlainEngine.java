package org.example.plain;

import dev.adit.api.error.PeerViolationException;
import dev.adit.api.error.VpnException;
import dev.adit.api.packet.PacketBatch;
import dev.adit.api.tunnel.EngineOutput;
import dev.adit.api.tunnel.IpPrefix;
import dev.adit.api.tunnel.TunnelConfig;
import dev.adit.api.tunnel.TunnelContext;
import dev.adit.api.tunnel.TunnelEngine;
import dev.adit.api.tunnel.TunnelEvent;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The client's side of the tunnel. */
final class PlainEngine implements TunnelEngine {
  private final TunnelContext context;
  private final Unframer unframer = new Unframer();
  private final StringBuilder line = new StringBuilder();
  private boolean open;

  PlainEngine(TunnelContext context) {
    this.context = context;
  }

  @Override
  public int headroom() {
    return Unframer.HEADER_BYTES;
  }

  @Override
  public void start(long nowNanos, EngineOutput out) {
    byte[] request =
        ("TUNNEL " + context.ticket().cookie().reveal() + "\n").getBytes(StandardCharsets.UTF_8);
    out.send(request, 0, request.length);
  }

  @Override
  public int receive(
      byte[] bytes, int offset, int length, long nowNanos, PacketBatch packets, EngineOutput out) {
    int at = offset;
    int end = offset + length;
    while (!open && at < end) {
      char c = (char) bytes[at++];
      if (c == '\n') {
        opened(out);
      } else if (line.length() < 200) {
        line.append(c);
      }
    }
    return open ? at - offset + unframer.take(bytes, at, end - at, packets) : length;
  }

  private void opened(EngineOutput out) {
    if (!line.toString().startsWith("OK ")) {
      out.event(
          new TunnelEvent.Ended(
              new VpnException(VpnException.Kind.SESSION_REFUSED, "the server says " + line)));
      return;
    }
    try {
      TunnelConfig config =
          TunnelConfig.builder(1400)
              .ipv4(IpPrefix.parse("address", line.substring(3)))
              .splitInclude(List.of(IpPrefix.parse("route", "198.18.0.0/16")))
              .blockOtherFamily(false)
              .build()
              .validated();
      open = true;
      out.event(new TunnelEvent.Established(config, List.of(), "the protocol has none"));
    } catch (PeerViolationException e) {
      out.event(new TunnelEvent.Failed(e));
    }
  }

  @Override
  public void frame(PacketBatch packets, long nowNanos) {
    Unframer.frame(packets);
  }

  @Override
  public void probe(long nowNanos, EngineOutput out) {
    // Nothing of this protocol is answered.
  }

  @Override
  public void useCarrier(CarrierKind carrier, long nowNanos, EngineOutput out) {
    out.event(new TunnelEvent.CarrierConfirmed(carrier));
  }

  @Override
  public long nanosUntilDeadline(long nowNanos) {
    return Long.MAX_VALUE;
  }

  @Override
  public void onDeadline(long nowNanos, EngineOutput out) {}

  @Override
  public void end(Farewell farewell, long nowNanos, EngineOutput out) {}

  @Override
  public void close() {}
}

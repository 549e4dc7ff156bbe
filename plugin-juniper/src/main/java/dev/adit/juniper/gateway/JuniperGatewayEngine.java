package dev.adit.juniper.gateway;

import dev.adit.api.gateway.GatewayConnection;
import dev.adit.api.gateway.GatewayEngine;
import dev.adit.api.gateway.GatewayOutput;
import dev.adit.api.gateway.GatewaySettings;
import dev.adit.api.packet.PacketBatch;
import dev.adit.api.tunnel.TlsSession;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** All sessions of one gateway. One thread. */
final class JuniperGatewayEngine implements GatewayEngine {
  private final GatewaySettings settings;
  private final Sessions sessions;
  private final LoginPages pages;
  private final EspOptions esp;
  private final Cuts cuts;
  private int tunnels;
  private final Map<Integer, ClientEsp> espBySpi = new HashMap<>();
  private volatile Set<Fault> faults = EnumSet.noneOf(Fault.class);

  JuniperGatewayEngine(GatewaySettings settings) {
    this.settings = settings;
    this.esp = EspOptions.of(settings);
    this.cuts = Cuts.of(settings.options());
    this.sessions = new Sessions(settings.plugin(), s -> settings.addresses().release(s.dsid));
    this.pages = new LoginPages(LoginOptions.of(settings), sessions, this::has);
  }

  @Override
  public void setFaults(Set<String> names) {
    faults =
        Arrays.stream(Fault.values())
            .filter(f -> names.contains(f.id()))
            .collect(Collectors.toCollection(() -> EnumSet.noneOf(Fault.class)));
  }

  @Override
  public GatewayConnection accept(TlsSession tls, GatewayOutput out) {
    return new GatewayClient(this, pages);
  }

  @Override
  public void receiveDatagrams(
      InetSocketAddress from,
      PacketBatch datagrams,
      long nowNanos,
      PacketBatch packets,
      DatagramReply out) {
    for (int i = 0; i < datagrams.count(); i++) {
      ClientEsp client =
          datagrams.length(i) < 4
              ? null
              : espBySpi.get(ByteBuffer.wrap(datagrams.array()).getInt(datagrams.offset(i)));
      if (client != null) {
        // One address is one client: what else is among these has an SPI that is not its own.
        client.receive(from, datagrams, nowNanos, packets, out);
        return;
      }
    }
  }

  @Override
  public long nanosUntilDeadline(long nowNanos) {
    return Long.MAX_VALUE;
  }

  @Override
  public void onDeadline(long nowNanos, DatagramReply out) {
    // There is none.
  }

  @Override
  public void close() {
    sessions.clear();
  }

  GatewaySettings settings() {
    return settings;
  }

  /** Counts those that were asked for, from 0. */
  int nextTunnel() {
    return tunnels++;
  }

  EspOptions esp() {
    return esp;
  }

  Cuts cuts() {
    return cuts;
  }

  /** Which client sends with an SPI. */
  Map<Integer, ClientEsp> espBySpi() {
    return espBySpi;
  }

  Sessions sessions() {
    return sessions;
  }

  boolean has(Fault fault) {
    return faults.contains(fault);
  }
}

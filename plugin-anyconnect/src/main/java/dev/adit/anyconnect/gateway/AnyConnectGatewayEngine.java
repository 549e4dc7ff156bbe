package dev.adit.anyconnect.gateway;

import dev.adit.anyconnect.dtls.ClientHello;
import dev.adit.anyconnect.dtls.DtlsEngine;
import dev.adit.anyconnect.dtls.HelloDamage;
import dev.adit.api.datagram.DatagramEvent;
import dev.adit.api.datagram.DatagramOutput;
import dev.adit.api.gateway.GatewayConnection;
import dev.adit.api.gateway.GatewayEngine;
import dev.adit.api.gateway.GatewayOutput;
import dev.adit.api.gateway.GatewaySettings;
import dev.adit.api.packet.PacketBatch;
import dev.adit.api.tunnel.TlsSession;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** All sessions of one gateway. One thread. */
final class AnyConnectGatewayEngine implements GatewayEngine {
  private final GatewaySettings settings;
  private final IdentityProvider identityProvider;
  private final Map<String, Session> sessions = new HashMap<>();
  private volatile Set<Fault> faults = EnumSet.noneOf(Fault.class);

  private final AgentFilter agents;
  private final HostCheckDesk hostChecks;
  private final CertificateDesk certificates;
  private final StrapDesk strap;
  private final HttpAuthDesk httpAuthentication;
  private volatile boolean forgetting;

  AnyConnectGatewayEngine(GatewaySettings settings) {
    this.settings = settings;
    this.agents = new AgentFilter(settings.options());
    this.hostChecks = new HostCheckDesk(settings.options(), settings.plugin().random());
    this.certificates = new CertificateDesk(settings.options(), settings.plugin().random());
    this.strap = new StrapDesk(settings.options());
    this.httpAuthentication =
        new HttpAuthDesk(settings.options(), settings.users(), settings.plugin().random());
    this.identityProvider = new IdentityProvider(this);
  }

  IdentityProvider identityProvider() {
    return identityProvider;
  }

  @Override
  public void setFaults(Set<String> names) {
    faults =
        Arrays.stream(Fault.values())
            .filter(f -> names.contains(f.id()))
            .collect(Collectors.toCollection(() -> EnumSet.noneOf(Fault.class)));
    forgetting = faults.contains(Fault.FORGET_SESSIONS);
  }

  @Override
  public GatewayConnection accept(TlsSession tls, GatewayOutput out) {
    return new GatewayClient(this, tls);
  }

  @Override
  public void receiveDatagrams(
      InetSocketAddress from,
      PacketBatch datagrams,
      long nowNanos,
      PacketBatch packets,
      DatagramReply out) {
    Optional<Session> known =
        sessions.values().stream().filter(s -> from.equals(s.dtlsAddress)).findFirst();
    Session session = known.orElse(null);
    if (session == null) {
      session = begin(from, datagrams, nowNanos, out);
    }
    DtlsEngine dtls = session == null ? null : session.dtls;
    if (session != null && dtls != null) {
      int before = packets.count();
      dtls.open(datagrams, nowNanos, packets, reply(session, from, out));
      session.byDtls |= packets.count() > before || dtls.isReady();
    }
  }

  @Override
  public long nanosUntilDeadline(long nowNanos) {
    return sessions.values().stream()
        .map(s -> s.dtls)
        .mapToLong(d -> d == null ? Long.MAX_VALUE : d.nanosUntilDeadline(nowNanos))
        .min()
        .orElse(Long.MAX_VALUE);
  }

  @Override
  public void onDeadline(long nowNanos, DatagramReply out) {
    for (Session session : sessions.values()) {
      if (session.dtls != null && session.dtlsAddress != null) {
        session.dtls.onDeadline(nowNanos, reply(session, session.dtlsAddress, out));
      }
    }
  }

  @Override
  public void close() {
    sessions.values().forEach(Session::closeDtls);
    sessions.clear();
  }

  GatewaySettings settings() {
    return settings;
  }

  AgentFilter agents() {
    return agents;
  }

  HostCheckDesk hostChecks() {
    return hostChecks;
  }

  StrapDesk strap() {
    return strap;
  }

  HttpAuthDesk httpAuthentication() {
    return httpAuthentication;
  }

  CertificateDesk certificates() {
    return certificates;
  }

  boolean has(Fault fault) {
    return faults.contains(fault);
  }

  /** A new session for a user who has proved to be one. */
  Session logIn(String user) {
    byte[] random = new byte[32];
    settings.plugin().random().nextBytes(random);
    String cookie = Base64.getEncoder().encodeToString(random);
    Session session = new Session(user, cookie);
    sessions.put(cookie, session);
    return session;
  }

  Optional<Session> session(String cookie) {
    if (forgetting) {
      forgetting = false;
      List.copyOf(sessions.values()).forEach(this::logOff);
    }
    return has(Fault.EXPIRED_COOKIE) ? Optional.empty() : Optional.ofNullable(sessions.get(cookie));
  }

  void logOff(Session session) {
    session.closeDtls();
    sessions.remove(session.cookie);
    settings.addresses().release(session.cookie);
  }

  /**
   * A first datagram: a hello that names a session. A new one of a known session replaces the old.
   */
  private @Nullable Session begin(
      InetSocketAddress from, PacketBatch datagrams, long nowNanos, DatagramReply out) {
    if (datagrams.isEmpty()) {
      return null;
    }
    Optional<byte[]> id =
        ClientHello.sessionIdOf(datagrams.array(), datagrams.offset(0), datagrams.length(0));
    for (Session session : sessions.values()) {
      if (id.isPresent()
          && session.dtlsParameters != null
          && Arrays.equals(id.get(), session.dtlsParameters.sessionId())) {
        if (session.dtls != null) {
          session.dtls.close();
        }
        session.dtls =
            DtlsEngine.server(
                session.dtlsParameters,
                GatewayTunnel.DTLS_TIMERS,
                settings.plugin().random(),
                session.dtlsEncoding);
        session.dtlsAddress = from;
        session.dtls.start(nowNanos, reply(session, from, out));
        return session;
      }
    }
    return null;
  }

  /** Where datagrams of a session go, damaged as the faults say. */
  DatagramOutput reply(Session session, InetSocketAddress to, DatagramReply out) {
    return new DatagramOutput() {
      @Override
      public void send(byte[] bytes, int offset, int length) {
        if (has(Fault.DTLS_GARBAGE)) {
          byte[] noise = new byte[length];
          settings.plugin().random().nextBytes(noise);
          out.send(to, noise, 0, length);
          return;
        }
        if (has(Fault.DTLS_OTHER_SUITE)) {
          HelloDamage.suite(bytes, offset, length);
        }
        if (has(Fault.DTLS_OTHER_VERSION)) {
          HelloDamage.version(bytes, offset, length);
        }
        for (int copies = has(Fault.DTLS_TWICE) ? 2 : 1; copies > 0; copies--) {
          out.send(to, bytes, offset, length);
        }
      }

      @Override
      public void event(DatagramEvent event) {
        if (event instanceof DatagramEvent.Ready) {
          session.byDtls = true;
        } else if (event instanceof DatagramEvent.Failed
            || event instanceof DatagramEvent.PeerSilent) {
          session.byDtls = false;
        }
      }
    };
  }
}

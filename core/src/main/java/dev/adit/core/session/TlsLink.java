package dev.adit.core.session;

import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.packet.PacketBatch;
import dev.adit.api.tunnel.EngineOutput;
import dev.adit.api.tunnel.TunnelEngine;
import dev.adit.api.tunnel.TunnelEngine.CarrierKind;
import dev.adit.api.tunnel.TunnelEngine.Farewell;
import dev.adit.api.tunnel.TunnelEvent;
import dev.adit.core.loop.EventLoop;
import dev.adit.core.loop.Scheduler;
import dev.adit.core.net.TlsConnection;
import dev.adit.core.sys.SystemCallException;
import dev.adit.core.sys.TcpSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** One TLS connection with the tunnel's engine on it, on the event loop. */
final class TlsLink implements TunnelLink, EngineOutput {
  private final TlsConnection connection;
  private final TunnelEngine engine;
  private final EventLoop loop;
  private final LoopBuffers buffers;
  private final Owner owner;
  private final EventLoop.Registration registration;
  private final Scheduler.Timer deadline;
  private final InetAddress local;
  private boolean closed;

  TlsLink(
      TlsConnection connection,
      TunnelEngine engine,
      EventLoop loop,
      LoopBuffers buffers,
      Owner owner)
      throws SystemCallException {
    this.connection = connection;
    this.engine = engine;
    this.loop = loop;
    this.buffers = buffers;
    this.owner = owner;
    this.local = connection.socket().local().getAddress();
    this.deadline = loop.timer(this::onDeadline);
    this.registration = loop.register(connection.socket().fd(), this::onReady);
  }

  @Override
  public void start() {
    registration.interest(true, false);
    engine.start(loop.now(), this);
    flush();
    armDeadline();
    // The server may have sent something with the end of its handshake.
    readRecords();
  }

  @Override
  public InetSocketAddress remote() {
    return connection.tls().session().peerAddress();
  }

  @Override
  public InetAddress local() {
    return local;
  }

  @Override
  public String tlsVersion() {
    return connection.tls().session().version();
  }

  @Override
  public String cipherSuite() {
    return connection.tls().session().cipherSuite();
  }

  @Override
  public boolean isCongested() {
    return connection.socket().hasUnsent();
  }

  @Override
  public boolean isClosed() {
    return closed;
  }

  @Override
  public void sendPackets(PacketBatch packets) {
    if (closed) {
      return;
    }
    try {
      engine.frame(packets, loop.now());
      connection.tls().seal(packets);
      flush();
    } catch (VpnException e) {
      fail(e);
    }
  }

  @Override
  public void useCarrier(CarrierKind carrier) {
    act(() -> engine.useCarrier(carrier, loop.now(), this));
  }

  @Override
  public void probe() {
    act(() -> engine.probe(loop.now(), this));
  }

  @Override
  public void end(Farewell farewell) {
    if (!closed) {
      engine.end(farewell, loop.now(), this);
      flush();
      close();
    }
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      deadline.stop();
      registration.close();
      engine.close();
      connection.close();
    }
  }

  @Override
  public void send(byte[] bytes, int offset, int length) {
    if (closed) {
      return;
    }
    try {
      connection.tls().seal(bytes, offset, length);
    } catch (VpnException e) {
      fail(e);
    }
  }

  @Override
  public void event(TunnelEvent event) {
    owner.tunnelEvent(this, event);
  }

  private void act(Runnable work) {
    if (!closed) {
      work.run();
      flush();
      armDeadline();
    }
  }

  private void onReady(boolean readable, boolean writable) {
    if (writable) {
      flush();
    }
    if (readable && !closed) {
      read();
    }
  }

  /** Reads what is there, but leaves after a while so that others have their turn. */
  private void read() {
    try {
      int n = connection.socket().receive();
      if (n < 0) {
        fail(new VpnException(Kind.UNREACHABLE, "the server closed the connection"));
      } else if (n > 0) {
        connection.tls().receive(connection.socket().incoming());
        readRecords();
      }
    } catch (VpnException e) {
      fail(e);
    }
  }

  private void readRecords() {
    PacketBatch inbound = buffers.inbound;
    inbound.clear();
    try {
      while (!closed) {
        int length = connection.tls().readRecord(buffers.plaintext, 0);
        if (length == 0) {
          break;
        }
        for (int at = 0; at < length && !closed; ) {
          at += engine.receive(buffers.plaintext, at, length - at, loop.now(), inbound, this);
          if (inbound.isFull()) {
            deliver(inbound);
          }
        }
      }
      deliver(inbound);
      if (!closed && connection.tls().closed()) {
        fail(new VpnException(Kind.UNREACHABLE, "the server closed the connection"));
      }
    } catch (VpnException e) {
      deliver(inbound);
      fail(e);
    }
    flush();
    armDeadline();
  }

  private void deliver(PacketBatch packets) {
    if (!packets.isEmpty()) {
      owner.tunnelPackets(this, packets);
      packets.clear();
    }
  }

  private void onDeadline() {
    if (!closed) {
      engine.onDeadline(loop.now(), this);
      flush();
      armDeadline();
    }
  }

  private void armDeadline() {
    if (closed) {
      return;
    }
    long nanos = engine.nanosUntilDeadline(loop.now());
    if (nanos == Long.MAX_VALUE) {
      deadline.stop();
    } else {
      deadline.start(nanos);
    }
  }

  private void flush() {
    if (closed) {
      return;
    }
    try {
      TcpSocket socket = connection.socket();
      boolean congested = isCongested();
      while (socket.send() && connection.tls().wireAvailable() > 0) {
        connection.tls().takeWire(socket.outgoing());
      }
      registration.interest(true, isCongested());
      if (congested && !isCongested()) {
        // Whatever brought us here: nobody else will notice.
        owner.tunnelDrained(this);
      }
    } catch (VpnException e) {
      fail(e);
    }
  }

  private void fail(VpnException e) {
    if (!closed) {
      event(new TunnelEvent.Failed(e));
    }
  }
}

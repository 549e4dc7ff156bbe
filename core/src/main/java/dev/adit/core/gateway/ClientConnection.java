package dev.adit.core.gateway;

import dev.adit.api.error.VpnException;
import dev.adit.api.gateway.AddressPool;
import dev.adit.api.gateway.GatewayConnection;
import dev.adit.api.gateway.GatewayEngine;
import dev.adit.api.gateway.GatewayOutput;
import dev.adit.api.packet.PacketBatch;
import dev.adit.core.loop.EventLoop;
import dev.adit.core.loop.Scheduler;
import dev.adit.core.sys.SystemCallException;
import dev.adit.core.sys.TcpSocket;
import dev.adit.core.tls.TlsEngine;
import java.net.InetSocketAddress;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One client's TCP connection at the gateway. */
final class ClientConnection implements GatewayOutput {
  private static final Logger LOG = LoggerFactory.getLogger(ClientConnection.class);
  private static final byte[] NOTHING = {};
  private static final int TORN_BYTES = 7;

  private final GatewayHost host;
  private final TcpSocket socket;
  private final TlsEngine tls;
  private final GatewayEngine engine;
  private final EventLoop.Registration registration;
  private final Scheduler.Timer deadline;
  private final byte[] wire = new byte[128 << 10];
  private final byte[] plaintext = new byte[TlsEngine.ROOM_BYTES];
  private @Nullable GatewayConnection connection;
  private byte[] unsent = NOTHING;
  private int unsentFrom;
  private boolean finishing;
  private boolean closed;

  ClientConnection(GatewayHost host, TcpSocket socket, TlsEngine tls, GatewayEngine engine)
      throws SystemCallException {
    this.host = host;
    this.socket = socket;
    this.tls = tls;
    this.engine = engine;
    this.deadline = host.loop().timer(this::onDeadline);
    this.registration = host.loop().register(socket.fd(), this::onReady);
    registration.interest(true, false);
  }

  void sendPackets(PacketBatch packets) {
    if (connection != null && !closed) {
      connection.send(packets, host.loop().now(), this);
      flush();
      armDeadline();
    }
  }

  /** Ends with a reset, as a broken network would. */
  void reset() {
    if (!closed) {
      socket.abort();
      close();
    }
  }

  void close() {
    if (!closed) {
      closed = true;
      deadline.stop();
      registration.close();
      if (connection != null) {
        connection.close();
      }
      tls.close();
      socket.close();
      host.gone(this);
    }
  }

  @Override
  public void record(byte[] bytes, int offset, int length) {
    if (!closed) {
      try {
        tls.seal(bytes, offset, length);
      } catch (VpnException e) {
        LOG.debug("gateway: {}", e.getMessage());
        close();
      }
    }
  }

  @Override
  public void finish() {
    finishing = true;
  }

  @Override
  public void cut() {
    reset();
  }

  @Override
  public void attach(AddressPool.Lease lease) {
    host.attach(lease, this);
  }

  @Override
  public void event(String name, String detail) {
    host.event(name, detail);
  }

  @Override
  public void send(InetSocketAddress to, byte[] bytes, int offset, int length) {
    host.sendDatagram(to, bytes, offset, length);
  }

  private void onReady(boolean readable, boolean writable) {
    if (host.has(NetworkFault.SILENCE)) {
      registration.interest(false, false);
      return;
    }
    try {
      if (writable) {
        flush();
      }
      if (readable && !closed) {
        read();
      }
    } catch (VpnException e) {
      LOG.debug("gateway: {}", e.getMessage());
      flush();
      close();
    }
  }

  private void read() throws VpnException {
    int n = socket.read(wire, 0, wire.length);
    if (n < 0) {
      close();
      return;
    }
    tls.receive(wire, 0, n);
    if (tls.established() && connection == null) {
      connection = engine.accept(tls.session(), this);
    }
    if (connection != null) {
      for (int length = tls.readRecord(plaintext, 0);
          length > 0 && !closed;
          length = tls.readRecord(plaintext, 0)) {
        connection.receive(plaintext, 0, length, host.loop().now(), host.toTun, this);
        if (host.toTun.count() > host.toTun.capacity() / 2) {
          host.flushToTun();
        }
      }
      host.flushToTun();
    }
    flush();
    if (!closed && tls.closed()) {
      close();
      return;
    }
    armDeadline();
  }

  private void onDeadline() {
    if (connection != null && !closed) {
      connection.onDeadline(host.loop().now(), this);
      flush();
      armDeadline();
    }
  }

  private void armDeadline() {
    if (connection == null || closed) {
      return;
    }
    long nanos = connection.nanosUntilDeadline(host.loop().now());
    if (nanos == Long.MAX_VALUE) {
      deadline.stop();
    } else {
      deadline.start(nanos);
    }
  }

  private void flush() {
    if (closed || host.has(NetworkFault.SILENCE)) {
      return;
    }
    try {
      while (unsent.length > 0 || tls.wireAvailable() > 0) {
        if (unsent.length == 0) {
          int length = tls.takeWire(wire, 0, wire.length);
          unsent = Arrays.copyOf(wire, length);
          unsentFrom = 0;
        }
        int most = unsent.length - unsentFrom;
        int piece = host.has(NetworkFault.TORN) ? Math.min(most, 1 + most % TORN_BYTES) : most;
        int sent = socket.write(unsent, unsentFrom, piece);
        unsentFrom += sent;
        if (unsentFrom == unsent.length) {
          unsent = NOTHING;
        } else if (sent < piece) {
          break;
        }
      }
      if (finishing && unsent.length == 0) {
        close();
      } else {
        registration.interest(true, unsent.length > 0);
      }
    } catch (SystemCallException e) {
      close();
    }
  }
}

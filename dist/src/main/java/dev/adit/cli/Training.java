package dev.adit.cli;

import dev.adit.api.VpnProtocol;
import dev.adit.api.error.VpnException;
import dev.adit.core.loop.EventLoop;
import dev.adit.core.net.Connector;
import dev.adit.core.net.Target;
import dev.adit.core.net.TlsConnection;
import dev.adit.core.sys.TcpListener;
import dev.adit.core.sys.TcpSocket;
import dev.adit.core.tls.ClientCertificate;
import dev.adit.core.tls.FreshIdentity;
import dev.adit.core.tls.ServerPin;
import dev.adit.core.tls.ServerTrust;
import dev.adit.core.tls.TlsEngine;
import dev.adit.core.tls.TlsServerSettings;
import dev.adit.core.tls.TlsSettings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/**
 * Goes through what every session needs, on the loopback interface and in a moment, so that the
 * launcher can keep the classes of it in its archive: a TLS handshake, the loop, the log and the
 * events. Changes nothing.
 */
final class Training {
  private Training() {}

  static ExitCode run() throws VpnException, InterruptedException {
    LogSetup.configure(true, 0, true);
    VpnProtocol protocol = Installation.plugins(List.of()).protocol("anyconnect");
    ClientCertificate identity = FreshIdentity.of("127.0.0.1");
    InetSocketAddress anywhere = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    try (EventLoop loop = EventLoop.start("training");
        TcpListener listener = TcpListener.listen(anywhere, 1)) {
      loop.call(loop::now);
      Thread server = new Thread(() -> serve(listener, identity), "training-server");
      server.setDaemon(true);
      server.start();
      ServerTrust.of(List.of(), List.of(), true);
      TlsSettings settings =
          new TlsSettings(
              ServerTrust.of(List.of(ServerPin.of(identity.chain().get(0))), List.of(), false),
              Optional.empty(),
              Optional.empty(),
              protocol.info().tlsExports(),
              false);
      Target target = new Target("127.0.0.1", listener.local().getPort(), List.of());
      try (TlsConnection connection = new Connector(settings).connect(target)) {
        new EventWriter(System.out, Clock.systemUTC())
            .authenticated(connection.tls().session().version());
      }
      return ExitCode.OK;
    } catch (VpnException e) {
      System.err.println(e.getMessage());
      return ExitCode.of(e);
    }
  }

  /** One handshake, then the end. */
  private static void serve(TcpListener listener, ClientCertificate identity) {
    try {
      Optional<TcpSocket> accepted = Optional.empty();
      while (accepted.isEmpty()) {
        accepted = listener.accept();
        Thread.onSpinWait();
      }
      TcpSocket socket = accepted.get();
      TlsEngine tls =
          TlsEngine.server(new TlsServerSettings(identity, false, List.of()), socket.remote());
      byte[] wire = new byte[32768];
      for (int n = 0; n >= 0; n = socket.read(wire, 0, wire.length)) {
        tls.receive(wire, 0, n);
        for (int out = tls.takeWire(wire, 0, wire.length);
            out > 0;
            out = tls.takeWire(wire, 0, wire.length)) {
          socket.write(wire, 0, out);
        }
      }
      socket.close();
    } catch (VpnException e) {
      // The client has gone: the lesson is over.
    }
  }
}

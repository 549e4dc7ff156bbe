package dev.adit.core.net;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** A server on loopback that serves one connection after the other as it is told. */
final class ScriptedPeer implements AutoCloseable {
  /** What it does with a connection. */
  interface Script {
    void serve(InputStream in, OutputStream out) throws IOException;
  }

  private final ServerSocket server;
  private final Thread thread;

  private ScriptedPeer(ServerSocket server, Script script) {
    this.server = server;
    thread =
        new Thread(
            () -> {
              while (!server.isClosed()) {
                try (Socket socket = server.accept()) {
                  script.serve(socket.getInputStream(), socket.getOutputStream());
                } catch (IOException e) {
                  // The client has gone, or the test is over.
                }
              }
            },
            "peer");
    thread.setDaemon(true);
    thread.start();
  }

  static ScriptedPeer start(Script script) {
    try {
      return new ScriptedPeer(new ServerSocket(0, 10, InetAddress.getLoopbackAddress()), script);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  InetSocketAddress address() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getLocalPort());
  }

  int port() {
    return server.getLocalPort();
  }

  @Override
  public void close() throws IOException {
    server.close();
    thread.interrupt();
  }
}

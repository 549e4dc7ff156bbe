package dev.adit.cli;

import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.tunnel.TunnelEngine.Farewell;
import dev.adit.core.session.VpnSession;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Takes orders from {@code adit status}, {@code reconnect} and {@code disconnect} by a socket in
 * the run directory, which is root's alone. One line each way; a thread of its own.
 */
final class ControlServer implements AutoCloseable {
  static final String SUFFIX = ".control";

  private final Path path;
  private final ServerSocketChannel server;
  private final VpnSession session;

  private ControlServer(Path path, ServerSocketChannel server, VpnSession session) {
    this.path = path;
    this.server = server;
    this.session = session;
  }

  /** Of this process. */
  static Path path(Path directory) {
    return directory.resolve(ProcessHandle.current().pid() + SUFFIX);
  }

  static ControlServer open(Path directory, VpnSession session) throws VpnException {
    Path path = path(directory);
    try {
      Files.createDirectories(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      Files.deleteIfExists(path);
      ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
      server.bind(UnixDomainSocketAddress.of(path));
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
      ControlServer control = new ControlServer(path, server, session);
      Thread thread = new Thread(control::serve, "control");
      thread.setDaemon(true);
      thread.start();
      return control;
    } catch (IOException e) {
      throw new VpnException(
          Kind.PRIVILEGE,
          directory + ": cannot be written (" + e.getMessage() + "); run as root",
          e);
    }
  }

  @Override
  public void close() {
    try {
      server.close();
      Files.deleteIfExists(path);
    } catch (IOException e) {
      // The next process with our number removes it.
    }
  }

  private void serve() {
    while (server.isOpen()) {
      try (SocketChannel client = server.accept()) {
        ByteBuffer order = ByteBuffer.allocate(64);
        client.read(order);
        String answer = obey(StandardCharsets.US_ASCII.decode(order.flip()).toString().strip());
        client.write(StandardCharsets.UTF_8.encode(answer + "\n"));
      } catch (IOException e) {
        // Closed by us, or a client that went away.
      }
    }
  }

  private String obey(String order) {
    return switch (order) {
      case "status" -> StatusText.json(session.status());
      case "reconnect" -> {
        session.reconnectNow();
        yield "{\"v\":1,\"ok\":true}";
      }
      case "disconnect" -> {
        session.stop(Farewell.LOG_OFF);
        yield "{\"v\":1,\"ok\":true}";
      }
      default -> "{\"v\":1,\"ok\":false,\"error\":\"unknown order\"}";
    };
  }
}

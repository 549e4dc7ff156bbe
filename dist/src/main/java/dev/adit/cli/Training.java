package dev.adit.cli;

import dev.adit.api.VpnProtocol;
import dev.adit.api.error.VpnException;
import dev.adit.core.gateway.GatewayHost;
import dev.adit.core.loop.EventLoop;
import dev.adit.core.session.PipePacketDevice;
import dev.adit.core.sys.PacketPipe;
import dev.adit.core.tls.ClientCertificate;
import dev.adit.core.tls.FreshIdentity;
import dev.adit.core.tls.ServerPin;
import dev.adit.core.tls.ServerTrust;
import dev.adit.core.tls.UntrustedServerException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;

/**
 * Goes through what a session needs, so that the launcher can keep the classes of it in its
 * archive: a log-in, a tunnel over TLS and DTLS, and the log-off, with a gateway in this process on
 * the loopback interface. Packets come from and go to pipes: nothing of the host is changed, and no
 * privilege needed. What a session could not get to is loaded all the same, if it is ours.
 */
final class Training {
  private static final int LIMIT_SECONDS = 10;
  private static final String SECRET = "training";

  private Training() {}

  static ExitCode run() throws VpnException, InterruptedException {
    loadOurs();
    Main.run(new String[] {"--help"});
    VpnProtocol protocol = Installation.plugins(List.of()).protocol("anyconnect");
    ClientCertificate identity = FreshIdentity.of("127.0.0.1");
    askTheRoots(identity);
    try (PacketPipe pipe = PacketPipe.open();
        EventLoop loop = EventLoop.start("training");
        GatewayHost gateway =
            GatewayCommand.start(
                loop,
                protocol,
                identity,
                InetAddress.getLoopbackAddress(),
                0,
                Map.of(SECRET, SECRET),
                List.of(),
                Map.of(),
                Optional.of(new PipePacketDevice(pipe)),
                (event, detail) -> {})) {
      session(gateway.port(), ServerPin.of(identity.chain().get(0)).toString());
      return ExitCode.OK;
    }
  }

  /** The session below knows its server by a pin; most others go through the roots. */
  private static void askTheRoots(ClientCertificate stranger) throws VpnException {
    try {
      ServerTrust.of(List.of(), List.of(), true).check(stranger.chain(), "127.0.0.1");
    } catch (UntrustedServerException e) {
      // As it must be.
    }
  }

  /** One that ends once it is on UDP, or was given the time for that. */
  private static void session(int port, String pin) throws InterruptedException, VpnException {
    CountDownLatch onUdp = new CountDownLatch(1);
    System.setOut(new PrintStream(new Events(onUdp), true, StandardCharsets.UTF_8));
    System.setIn(new ByteArrayInputStream((SECRET + "\n").getBytes(StandardCharsets.UTF_8)));
    Thread client =
        new Thread(
            () ->
                Main.run(
                    new String[] {
                      "--protocol=anyconnect",
                      "--events=json",
                      "--user=" + SECRET,
                      "--passwd-on-stdin",
                      "--servercert=" + pin,
                      "--script-tun",
                      "--script=exec sleep " + LIMIT_SECONDS,
                      "https://127.0.0.1:" + port
                    }),
            "training-client");
    client.setDaemon(true);
    client.start();
    if (onUdp.await(LIMIT_SECONDS, TimeUnit.SECONDS)) {
      ControlCommand.run("disconnect", List.of());
    }
    client.join(TimeUnit.SECONDS.toMillis(LIMIT_SECONDS));
  }

  /** Each class of our own jars: loaded, not initialized. */
  private static void loadOurs() {
    ClassLoader loader = Training.class.getClassLoader();
    for (String entry : System.getProperty("java.class.path").split(":", -1)) {
      Path jar = Path.of(entry);
      if (!jar.getFileName().toString().startsWith("adit-")) {
        continue;
      }
      try (JarFile file = new JarFile(jar.toFile())) {
        for (String name : file.stream().map(e -> e.getName()).toList()) {
          if (name.endsWith(".class") && !name.endsWith("-info.class")) {
            load(name.replace('/', '.').replaceFirst("\\.class$", ""), loader);
          }
        }
      } catch (IOException e) {
        // Its classes are not in the archive.
      }
    }
  }

  private static void load(String name, ClassLoader loader) {
    try {
      Class.forName(name, false, loader);
    } catch (ClassNotFoundException | LinkageError e) {
      // One class less in the archive.
    }
  }

  /** Where the client's events go; sees the one that says that it is on UDP. */
  private static final class Events extends ByteArrayOutputStream {
    private final CountDownLatch onUdp;

    private Events(CountDownLatch onUdp) {
      this.onUdp = onUdp;
    }

    @Override
    public void flush() {
      if (toString(StandardCharsets.UTF_8).contains("\"kind\":\"udp\"")) {
        onUdp.countDown();
      }
    }
  }
}

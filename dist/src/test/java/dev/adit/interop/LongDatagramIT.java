package dev.adit.interop;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.api.packet.PacketBatch;
import dev.adit.core.loop.EventLoop;
import dev.adit.core.sys.Errno;
import dev.adit.core.sys.NetworkNamespace;
import dev.adit.core.sys.SystemCallException;
import dev.adit.core.sys.UdpSocket;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** Datagrams that the kernel refuses among others that it takes. */
class LongDatagramIT {
  private static final int PORT = 7001;

  @Test
  void theOthersOfTheBatchAreSent() throws Exception {
    Lab lab = new Lab();
    try {
      lab.client("ip", "link", "set", lab.clientLink(), "mtu", "1300");
      Path received = lab.directory().resolve("received");
      lab.start(
          lab.directory().resolve("log"),
          lab.inServer("socat", "-u", "UDP4-RECV:" + PORT, "OPEN:" + received + ",creat,append"));
      Lab.await(
          "the server listens",
          Duration.ofSeconds(10),
          () -> lab.server("ss", "-Hlun").contains(":" + PORT));
      Errno told;
      try (EventLoop loop = EventLoop.start("sender", () -> enter(lab.clientName()))) {
        told = loop.call(LongDatagramIT::send);
      }
      assertThat(told).isEqualTo(Errno.EMSGSIZE);
      Lab.await(
          "all that are short enough",
          Duration.ofSeconds(10),
          () -> Files.exists(received) && received.toFile().length() >= 400);
      assertThat(Files.readString(received))
          .isEqualTo("a".repeat(100) + "c".repeat(100) + "e".repeat(100) + "f".repeat(100));
    } finally {
      lab.close();
    }
  }

  /** a and c, e, f are short; b is too long for the path, d for any datagram. */
  private static Errno send() {
    PacketBatch batch = new PacketBatch(6, 4096, 0);
    int[] lengths = {100, 1400, 100, 3000, 100, 100};
    for (int i = 0; i < lengths.length; i++) {
      batch.append(
          String.valueOf((char) ('a' + i)).repeat(lengths[i]).getBytes(US_ASCII), 0, lengths[i]);
    }
    try (UdpSocket socket =
        UdpSocket.connect(new InetSocketAddress(Lab.SERVER, PORT), OptionalInt.empty())) {
      socket.send(batch, 0);
      throw new AssertionError("nothing was refused");
    } catch (SystemCallException e) {
      return e.errno();
    }
  }

  private static void enter(String namespace) {
    try {
      NetworkNamespace.enter(NetworkNamespace.named(namespace));
    } catch (SystemCallException e) {
      throw new IllegalStateException(e);
    }
  }
}

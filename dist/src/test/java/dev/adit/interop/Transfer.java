package dev.adit.interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Bytes over one TCP connection through a tunnel, hashed at both ends. The bytes are a keystream
 * (AES-128-CTR of zeros under a fixed key) or counted lines, so that neither end needs a file.
 */
public final class Transfer {
  private static final int PORT = 5999;

  private final Process sender;
  private final Process receiver;
  private final Path sentHash;
  private final Path receivedHash;
  private final Path progress;

  private static final String KEYSTREAM =
      "head -c %s /dev/zero"
          + " | openssl enc -aes-128-ctr -nosalt -K 00112233445566778899aabbccddeeff -iv 00"
          + " 2>/dev/null";

  /** Compresses well, and no two packets are the same. */
  private static final String TEXT =
      "seq -f 'line %%9.0f of a text that says the same again and again' 1000000000"
          + " | head -c %s";

  private Transfer(Lab lab, String serverAddress, String generator, String size, boolean toClient) {
    try {
      Path directory = Files.createTempDirectory(lab.directory(), "transfer");
      sentHash = directory.resolve("sent");
      receivedHash = directory.resolve("received");
      progress = directory.resolve("bytes");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String source =
        generator.formatted(size)
            + " | { tee /dev/fd/3 | sha256sum >"
            + sentHash
            + "; } 3>&1 1>/dev/null";
    String sink = "tee " + progress + " | sha256sum >" + receivedHash;
    String listen = "TCP-LISTEN:" + PORT + ",reuseaddr";
    String dial = "TCP:" + serverAddress + ":" + PORT;
    String serverScript = toClient ? sending(source, listen) : receiving(listen, sink);
    String clientScript = toClient ? receiving(dial, sink) : sending(source, dial);
    Path log = progress.resolveSibling("log");
    Process server = lab.start(log, lab.inServer("bash", "-c", serverScript));
    Lab.await(
        "the server listens on " + PORT,
        Duration.ofSeconds(10),
        () -> lab.server("ss", "-Hltn", "sport", "=", String.valueOf(PORT)).contains("LISTEN"));
    Process client = lab.start(log, lab.inClient("bash", "-c", clientScript));
    sender = toClient ? server : client;
    receiver = toClient ? client : server;
  }

  private static String sending(String source, String address) {
    return source + " | socat -u - " + address;
  }

  private static String receiving(String address, String sink) {
    return "socat -u " + address + " - | " + sink;
  }

  public static Transfer toClient(Lab lab, String server, int megabytes) {
    return new Transfer(lab, server, KEYSTREAM, megabytes + "M", true).finish();
  }

  public static Transfer toServer(Lab lab, String server, int megabytes) {
    return new Transfer(lab, server, KEYSTREAM, megabytes + "M", false).finish();
  }

  static Transfer ofText(Lab lab, String server, int megabytes, boolean toClient) {
    return new Transfer(lab, server, TEXT, megabytes + "M", toClient).finish();
  }

  static Transfer startToClient(Lab lab, String server, int megabytes) {
    return new Transfer(lab, server, KEYSTREAM, megabytes + "M", true);
  }

  void awaitFirstBytes() {
    Lab.await("first bytes", Duration.ofSeconds(20), () -> progress.toFile().length() > 1 << 20);
  }

  /** Waits for both ends. */
  Transfer finish() {
    try {
      for (Process process : List.of(sender, receiver)) {
        if (!process.waitFor(120L * Lab.PATIENCE, TimeUnit.SECONDS)) {
          throw new AssertionError("transfer stuck at " + progress.toFile().length() + " bytes");
        }
      }
      Files.deleteIfExists(progress);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  /** Gives up half-way. */
  void stop() {
    for (Process process : List.of(receiver, sender)) {
      process.descendants().forEach(ProcessHandle::destroy);
      process.destroy();
      process.onExit().join();
    }
  }

  public String sent() {
    return hash(sentHash);
  }

  public String received() {
    return hash(receivedHash);
  }

  private static String hash(Path file) {
    try {
      String text = Files.readString(file).strip();
      if (text.length() < 64) {
        throw new AssertionError("no hash in " + file + ": " + text);
      }
      return text;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package dev.adit.interop;

import dev.adit.core.sys.NetworkNamespace;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * What {@link Transfer} does by a dozen programs, by two threads of this process, each in its
 * namespace: an emulated machine takes seconds for the programs.
 *
 * @param sent hash of what one end wrote
 * @param received hash of what the other end read until there was no more
 */
record HashedTransfer(String sent, String received) {
  private static final int PORT = 5998;
  private static final Duration LIMIT = Duration.ofMinutes(2);

  /** Over one TCP connection to a server's address. */
  static HashedTransfer run(Lab lab, String server, int kilobytes, boolean toClient) {
    CountDownLatch listening = new CountDownLatch(1);
    CompletableFuture<String> atServer =
        in(
            lab.serverName(),
            () -> {
              try (ServerSocketChannel listener = ServerSocketChannel.open()) {
                listener.bind(new InetSocketAddress(PORT));
                listening.countDown();
                try (SocketChannel channel = listener.accept()) {
                  return toClient ? send(channel, kilobytes) : receive(channel);
                }
              }
            });
    CompletableFuture<String> atClient =
        in(
            lab.clientName(),
            () -> {
              listening.await();
              try (SocketChannel channel = SocketChannel.open()) {
                channel.connect(new InetSocketAddress(server, PORT));
                return toClient ? receive(channel) : send(channel, kilobytes);
              }
            });
    return new HashedTransfer(
        end(toClient ? atServer : atClient), end(toClient ? atClient : atServer));
  }

  private static CompletableFuture<String> in(String namespace, Callable<String> work) {
    CompletableFuture<String> hash = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                NetworkNamespace.enter(NetworkNamespace.named(namespace));
                hash.complete(work.call());
              } catch (Exception e) {
                hash.completeExceptionally(e);
              }
            },
            "transfer in " + namespace);
    thread.setDaemon(true);
    thread.start();
    return hash;
  }

  private static String end(CompletableFuture<String> hash) {
    return hash.orTimeout(LIMIT.toSeconds() * Lab.PATIENCE, TimeUnit.SECONDS).join();
  }

  private static String send(SocketChannel channel, int kilobytes) throws Exception {
    MessageDigest hash = MessageDigest.getInstance("SHA-256");
    Random random = new Random(kilobytes);
    byte[] block = new byte[1024];
    for (int i = 0; i < kilobytes; i++) {
      random.nextBytes(block);
      hash.update(block);
      ByteBuffer out = ByteBuffer.wrap(block);
      while (out.hasRemaining()) {
        channel.write(out);
      }
    }
    return HexFormat.of().formatHex(hash.digest());
  }

  private static String receive(SocketChannel channel) throws Exception {
    MessageDigest hash = MessageDigest.getInstance("SHA-256");
    ByteBuffer in = ByteBuffer.allocate(1 << 16);
    while (channel.read(in.clear()) >= 0) {
      hash.update(in.flip());
    }
    return HexFormat.of().formatHex(hash.digest());
  }
}

package dev.adit.core.sys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;

/** A network namespace for the length of one test, on a thread that ends with it. */
final class OwnNamespace {
  /** A test's body. */
  interface Body {
    void run() throws Exception;
  }

  private OwnNamespace() {}

  /** Runs it there; without root or a TUN there is nothing to test with. */
  static void run(Body body) throws Exception {
    assumeTrue(LibC.C.geteuid() == 0 && Files.exists(Path.of("/dev/net/tun")), "root and a TUN");
    String name = "adit-test-" + Integer.toHexString(ThreadLocalRandom.current().nextInt());
    ip("netns", "add", name);
    try {
      CompletableFuture<Boolean> end = new CompletableFuture<>();
      new Thread(() -> inside(name, body, end), name).start();
      end.get();
    } catch (ExecutionException e) {
      // As itself, so that a report's first line is what failed.
      if (e.getCause() instanceof AssertionError failed) {
        throw failed;
      }
      throw (Exception) e.getCause();
    } finally {
      ip("netns", "del", name);
    }
  }

  private static void inside(String name, Body body, CompletableFuture<Boolean> end) {
    try {
      NetworkNamespace.enter(NetworkNamespace.named(name));
      body.run();
      end.complete(true);
    } catch (Exception | AssertionError e) {
      end.completeExceptionally(e);
    }
  }

  private static void ip(String a, String b, String c) throws Exception {
    assertThat(new ProcessBuilder("ip", a, b, c).inheritIO().start().waitFor()).isZero();
  }
}

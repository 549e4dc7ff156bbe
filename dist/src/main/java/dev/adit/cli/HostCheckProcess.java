package dev.adit.cli;

import dev.adit.api.auth.HostCheckHelper;
import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.secret.SecretText;
import dev.adit.core.sys.ChildProgram;
import dev.adit.core.sys.StreamPipe;
import dev.adit.core.sys.SystemCallException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The user's program for host checks while it runs: started without a shell, at the other end of a
 * socket. Its standard output is our standard error.
 */
final class HostCheckProcess implements HostCheckHelper, AutoCloseable {
  private static final Duration WRITE_LIMIT = Duration.ofSeconds(10);
  private static final Duration END_LIMIT = Duration.ofSeconds(2);

  private final String name;
  private final StreamPipe pipe;
  private final ChildProgram program;
  private final CompletableFuture<Integer> exit;

  /** What came and is not yet taken: at most one line and its end. */
  private final byte[] pending = new byte[MAX_LINE_BYTES + 2];

  private int length;

  private HostCheckProcess(
      String name, StreamPipe pipe, ChildProgram program, CompletableFuture<Integer> exit) {
    this.name = name;
    this.pipe = pipe;
    this.program = program;
    this.exit = exit;
  }

  /**
   * Starts the program.
   *
   * @param name for messages; the program of {@code argv} may be one that becomes it
   */
  static HostCheckProcess start(String name, List<String> argv, Map<String, String> environment)
      throws VpnException {
    StreamPipe pipe = StreamPipe.open();
    CompletableFuture<Integer> exit = new CompletableFuture<>();
    try {
      return new HostCheckProcess(
          name, pipe, ChildProgram.start(argv, environment, pipe, exit::complete), exit);
    } catch (SystemCallException e) {
      pipe.close();
      throw new VpnException(
          Kind.HOST_CHECK, "host check: " + name + " cannot be run: " + e.errno().words(), e);
    }
  }

  @Override
  public void send(SecretText text) throws VpnException, InterruptedException {
    byte[] bytes = text.utf8();
    try {
      pipe.write(bytes, WRITE_LIMIT);
    } catch (SystemCallException e) {
      switch (e.errno()) {
        case EPIPE, ECONNRESET -> throw ended();
        case ETIMEDOUT -> throw failed("reads nothing for " + WRITE_LIMIT.toSeconds() + " s");
        default -> throw failed("cannot be spoken to: " + e.errno().words());
      }
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  @Override
  public Optional<SecretText> readLine(Duration limit) throws VpnException, InterruptedException {
    long until = System.nanoTime() + limit.toNanos();
    while (true) {
      Optional<SecretText> line = takeLine();
      if (line.isPresent()) {
        return line;
      }
      if (length == pending.length) {
        throw failed("says a line of more than " + MAX_LINE_BYTES + " bytes");
      }
      byte[] more = new byte[pending.length - length];
      int n = pipe.read(more, Duration.ofNanos(Math.max(0, until - System.nanoTime())));
      if (n == StreamPipe.END) {
        throw ended();
      }
      System.arraycopy(more, 0, pending, length, n);
      Arrays.fill(more, (byte) 0);
      length += n;
      if (n == 0 && until - System.nanoTime() <= 0) {
        return Optional.empty();
      }
    }
  }

  private Optional<SecretText> takeLine() throws VpnException {
    int end = 0;
    while (end < length && pending[end] != '\n') {
      end++;
    }
    if (end == length) {
      return Optional.empty();
    }
    int textEnd = end > 0 && pending[end - 1] == '\r' ? end - 1 : end;
    if (textEnd > MAX_LINE_BYTES) {
      throw failed("says a line of more than " + MAX_LINE_BYTES + " bytes");
    }
    SecretText line =
        SecretText.owning(
            StandardCharsets.UTF_8
                .decode(ByteBuffer.wrap(pending, 0, textEnd))
                .toString()
                .toCharArray());
    System.arraycopy(pending, end + 1, pending, 0, length - end - 1);
    length -= end + 1;
    Arrays.fill(pending, length, pending.length, (byte) 0);
    return Optional.of(line);
  }

  /** The program reads the end of its input; if it does not end by that, it is hung up on. */
  @Override
  public void close() {
    pipe.close();
    Arrays.fill(pending, (byte) 0);
    try {
      exit.get(END_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      program.hangUp();
    } catch (InterruptedException e) {
      program.hangUp();
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw new IllegalStateException("the exit code of " + name, e);
    }
  }

  private VpnException ended() throws InterruptedException {
    try {
      return failed(
          "ended with exit code " + exit.get(END_LIMIT.toMillis(), TimeUnit.MILLISECONDS));
    } catch (TimeoutException e) {
      return failed("closed its descriptor 0");
    } catch (ExecutionException e) {
      throw new IllegalStateException("the exit code of " + name, e);
    }
  }

  private VpnException failed(String how) {
    return new VpnException(Kind.HOST_CHECK, "host check: " + name + " " + how);
  }
}

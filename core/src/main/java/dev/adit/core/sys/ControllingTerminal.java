package dev.adit.core.sys;

import dev.adit.api.secret.SecretText;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import jnr.ffi.Pointer;

/**
 * The terminal that this process was started from, {@code /dev/tty}: there also when stdin and
 * stdout are pipes, as in {@code eval "$(adit --authenticate ...)"}. Blocking, but an interrupt
 * ends a wait. The terminal's settings are as before after each line, whatever ends it.
 */
public final class ControllingTerminal implements AutoCloseable {
  /** Whether what is typed is to be seen. */
  public enum Echo {
    SHOWN,
    HIDDEN
  }

  private static final int O_RDWR_NOCTTY_CLOEXEC = 0x2 | 0x100 | 0x80000;

  /** The kernel's line editor takes 4096 bytes at most. */
  private static final int MAX_LINE_BYTES = 4096;

  /** struct termios of glibc: four flag words, then the rest; c_lflag is the last of the four. */
  private static final int TERMIOS_BYTES = 60;

  private static final int LOCAL_FLAGS = 12;
  private static final int ECHO = 0x8;
  private static final int ECHONL = 0x40;
  private static final int TCSADRAIN = 1;
  private static final int POLLIN = 1;
  private static final int POLL_MILLIS = 100;

  private final Fd fd;

  private ControllingTerminal(Fd fd) {
    this.fd = fd;
  }

  /** Empty if the process has none: a service, a job of cron. */
  public static Optional<ControllingTerminal> open() {
    int number = LibC.C.open("/dev/tty", O_RDWR_NOCTTY_CLOEXEC);
    return number < 0 ? Optional.empty() : Optional.of(new ControllingTerminal(new Fd(number)));
  }

  public void write(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    Pointer buffer = LibC.allocate(Math.max(1, bytes.length));
    buffer.put(0, bytes, 0, bytes.length);
    for (int at = 0; at < bytes.length; ) {
      long written = LibC.C.write(fd.number(), buffer.slice(at), bytes.length - at);
      if (written <= 0) {
        return;
      }
      at += (int) written;
    }
  }

  /**
   * Asks, and waits for a line. What is hidden is so before the question is seen.
   *
   * @return without its end; empty when the input ended
   */
  public Optional<SecretText> ask(String question, Echo echo)
      throws SystemCallException, InterruptedException {
    if (echo == Echo.SHOWN) {
      write(question);
      return line();
    }
    Pointer before = LibC.allocate(TERMIOS_BYTES);
    Pointer hidden = LibC.allocate(TERMIOS_BYTES);
    if (LibC.C.tcgetattr(fd.number(), before) != 0 || LibC.C.tcgetattr(fd.number(), hidden) != 0) {
      throw SystemCallException.last("tcgetattr", "/dev/tty");
    }
    hidden.putInt(LOCAL_FLAGS, (hidden.getInt(LOCAL_FLAGS) & ~ECHO) | ECHONL);
    if (LibC.C.tcsetattr(fd.number(), TCSADRAIN, hidden) != 0) {
      throw SystemCallException.last("tcsetattr", "/dev/tty");
    }
    try {
      write(question);
      return line();
    } finally {
      LibC.C.tcsetattr(fd.number(), TCSADRAIN, before);
    }
  }

  private Optional<SecretText> line() throws SystemCallException, InterruptedException {
    awaitInput();
    Pointer buffer = LibC.allocate(MAX_LINE_BYTES);
    long got = LibC.C.read(fd.number(), buffer, MAX_LINE_BYTES);
    if (got < 0) {
      throw SystemCallException.last("read", "/dev/tty");
    }
    byte[] bytes = new byte[(int) got];
    buffer.get(0, bytes, 0, bytes.length);
    buffer.setMemory(0, MAX_LINE_BYTES, (byte) 0);
    if (bytes.length == 0) {
      return Optional.empty();
    }
    int end = bytes[bytes.length - 1] == '\n' ? bytes.length - 1 : bytes.length;
    CharBuffer decoded = StandardCharsets.UTF_8.decode(ByteBuffer.wrap(bytes, 0, end));
    char[] text = Arrays.copyOf(decoded.array(), decoded.remaining());
    Arrays.fill(decoded.array(), '\0');
    Arrays.fill(bytes, (byte) 0);
    return Optional.of(SecretText.owning(text));
  }

  private void awaitInput() throws InterruptedException {
    Pointer poll = LibC.allocate(8);
    poll.putInt(0, fd.number());
    poll.putShort(4, (short) POLLIN);
    while (LibC.C.poll(poll, 1, POLL_MILLIS) <= 0) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
    }
  }

  @Override
  public void close() {
    fd.close();
  }
}

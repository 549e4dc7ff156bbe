package dev.adit.interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Numbered packets through the tunnel and back, as fast as they go with a fixed number under way:
 * no queue overflows, so that each packet that is missing was lost by a change.
 */
final class NumberedStream {
  /** Under way at the same time. */
  static final int WINDOW = 128;

  private static final int PORT = 7007;
  private static final int BYTES = 200;

  /** Nothing came for so long: what is under way will not come any more. */
  private static final int LOST_MILLIS = 2000;

  private final Process echo;
  private final Process sender;
  private final Path stop;
  private final Path output;

  private NumberedStream(Process echo, Process sender, Path stop, Path output) {
    this.echo = echo;
    this.sender = sender;
    this.stop = stop;
    this.output = output;
  }

  /**
   * What became of them; {@code late} came after one with a higher number, {@code twice} again.
   *
   * @param missing from which number to which they were lost, each time
   */
  record Count(
      long sent,
      long back,
      long late,
      long twice,
      long perSecond,
      long silentMillis,
      String missing) {}

  /** Begins, and waits until packets come back. */
  static NumberedStream start(Lab lab, String target) {
    Path stop = lab.directory().resolve("stream.stop");
    Path output = lab.directory().resolve("stream");
    Path heard = lab.directory().resolve("echo");
    Process echo = lab.start(heard, lab.inServer(java("echo", target)));
    Lab.await("an echo", Duration.ofSeconds(20), () -> text(heard).contains("listens"));
    Process sender = lab.start(output, lab.inClient(java("send", target, stop.toString())));
    Lab.await("numbered packets", Duration.ofSeconds(20), () -> text(output).contains("flow"));
    return new NumberedStream(echo, sender, stop, output);
  }

  private static String[] java(String... arguments) {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Path classes =
        Path.of(NumberedStream.class.getProtectionDomain().getCodeSource().getLocation().getPath());
    return Stream.concat(
            Stream.of(java, "-cp", classes.toString(), NumberedStream.class.getName()),
            Stream.of(arguments))
        .toArray(String[]::new);
  }

  /** Ends it; what is under way is waited for. */
  Count end() {
    try {
      Files.writeString(stop, "");
      Lab.await("the end", Duration.ofSeconds(20), () -> !sender.isAlive());
      Files.delete(stop);
      echo.destroy();
      echo.onExit().join();
      Map<String, String> values =
          text(output)
              .lines()
              .filter(l -> l.contains("="))
              .map(l -> l.split("=", 2))
              .collect(Collectors.toMap(p -> p[0], p -> p[1]));
      Function<String, Long> value = name -> Long.parseLong(values.getOrDefault(name, ""));
      Count count =
          new Count(
              value.apply("sent"),
              value.apply("back"),
              value.apply("late"),
              value.apply("twice"),
              value.apply("per-second"),
              value.apply("silent-millis"),
              values.getOrDefault("missing", ""));
      System.out.println("numbered packets: " + count);
      return count;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** {@code echo ADDRESS}, without end; {@code send ADDRESS FILE}, until the file is there. */
  public static void main(String[] arguments) throws IOException {
    InetSocketAddress target = new InetSocketAddress(arguments[1], PORT);
    try (DatagramChannel channel = DatagramChannel.open();
        Selector selector = Selector.open()) {
      channel.configureBlocking(false);
      // All that is under way may be in one socket. The kernel counts up to a kilobyte for each,
      // and
      // takes a part of the room for what was read already: its default is full with fewer.
      channel.setOption(StandardSocketOptions.SO_RCVBUF, 1 << 20);
      channel.register(selector, SelectionKey.OP_READ);
      if (arguments[0].equals("echo")) {
        channel.bind(target);
        System.out.println("listens");
        echo(channel, selector);
      } else {
        channel.connect(target);
        send(channel, selector, Path.of(arguments[2]));
      }
    }
  }

  private static void echo(DatagramChannel channel, Selector selector) throws IOException {
    ByteBuffer packet = ByteBuffer.allocateDirect(2048);
    while (true) {
      selector.select();
      selector.selectedKeys().clear();
      for (var from = channel.receive(packet.clear()); from != null; ) {
        channel.send(packet.flip(), from);
        from = channel.receive(packet.clear());
      }
    }
  }

  private static void send(DatagramChannel channel, Selector selector, Path stop)
      throws IOException {
    ByteBuffer packet = ByteBuffer.allocateDirect(BYTES);
    BitSet seen = new BitSet();
    int sent = 0;
    int back = 0;
    int late = 0;
    int twice = 0;
    int highest = -1;
    int underWay = 0;
    long began = System.nanoTime();
    long last = began;
    long longest = 0;
    boolean ending = false;
    long checked = began;
    while (!ending || underWay > 0) {
      while (!ending && underWay < WINDOW) {
        packet.clear().putInt(0, sent);
        if (channel.write(packet) == 0) {
          break;
        }
        sent++;
        underWay++;
      }
      selector.select(LOST_MILLIS);
      selector.selectedKeys().clear();
      boolean any = false;
      while (channel.read(packet.clear()) > 0) {
        any = true;
        int number = packet.getInt(0);
        if (seen.get(number)) {
          twice++;
          continue;
        }
        seen.set(number);
        late += number < highest ? 1 : 0;
        highest = Math.max(highest, number);
        underWay = Math.max(0, underWay - 1);
        if (back++ == 0) {
          System.out.println("flow");
        }
      }
      long now = System.nanoTime();
      longest = Math.max(longest, now - last);
      if (any) {
        last = now;
      } else if (now - last > LOST_MILLIS * 1_000_000L) {
        underWay = 0;
      }
      if (now - checked > 50_000_000) {
        checked = now;
        ending = Files.exists(stop);
      }
    }
    long seconds = Math.max(1, (System.nanoTime() - began) / 1_000_000_000L);
    for (var value :
        List.of(
            "sent=" + sent,
            "back=" + back,
            "late=" + late,
            "twice=" + twice,
            "per-second=" + back / seconds,
            "silent-millis=" + longest / 1_000_000,
            "missing=" + missing(seen, sent))) {
      System.out.println(value);
    }
  }

  private static String missing(BitSet seen, int sent) {
    StringBuilder ranges = new StringBuilder();
    for (int from = seen.nextClearBit(0); from < sent; ) {
      int to = seen.nextSetBit(from) < 0 ? sent : seen.nextSetBit(from);
      ranges.append(from).append('-').append(to - 1).append(' ');
      from = seen.nextClearBit(to);
    }
    return ranges.toString();
  }
}

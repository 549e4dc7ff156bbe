package dev.adit.anyconnect.dtls;

import dev.adit.anyconnect.dtls.DtlsParameters.Form;
import dev.adit.api.datagram.DatagramEvent;
import dev.adit.api.secret.SecretBytes;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Writes down one association of our engine with a real server, for {@link DtlsReplayTest}: {@code
 * src/test/scripts/record-dtls} runs it. Handshake, a ping each way, a question whether the peer is
 * alive.
 *
 * <pre>
 *   form FORM, suites SUITE ..., id HEX, secret HEX     what the handshake began with
 *   random HEX                                          all that was drawn
 *   &gt; HEX      a datagram of ours        seal HEX   the packet that it carries, or
 *                                        probe N    the question
 *   &lt; HEX      a datagram of the server's
 *   open HEX   the packet that it carried
 *   event TEXT what else it meant
 * </pre>
 */
final class DtlsRecorder {
  private static final HexFormat HEX = HexFormat.of();
  private static final int PROBE_BYTES = 100;
  private static final int MOST_WAIT_MILLIS = 5_000;

  private final StringBuilder script = new StringBuilder();
  private final DatagramSocket socket;
  private final Wire.End client;

  private DtlsRecorder(DatagramSocket socket, Wire.End client) {
    this.socket = socket;
    this.client = client;
  }

  /**
   * Arguments: FORM, SUITE[:SUITE...], id and secret in HEX, SERVER, our inner address, the
   * server's.
   */
  public static void main(String[] arguments) throws IOException {
    Form form = Form.valueOf(arguments[0]);
    List<Suite> suites = Arrays.stream(arguments[1].split(":", -1)).map(Suite::valueOf).toList();
    byte[] id = HEX.parseHex(arguments[2]);
    byte[] secret = HEX.parseHex(arguments[3]);
    Drawn drawn = new Drawn();
    DtlsParameters parameters =
        new DtlsParameters(form, suites, id, () -> SecretBytes.owning(secret.clone()));
    DtlsEngine engine =
        DtlsEngine.client(parameters, new DtlsTimers(0, 0, 0), drawn, Optional.empty());
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.connect(new InetSocketAddress(arguments[4], 443));
      socket.setSoTimeout(MOST_WAIT_MILLIS);
      DtlsRecorder recorder = new DtlsRecorder(socket, new Wire(engine, engine).client);
      recorder.record(ping(arguments[5], arguments[6]));
      System.out.println("form " + form);
      System.out.println("suites " + arguments[1].replace(':', ' '));
      System.out.println("id " + arguments[2]);
      System.out.println("secret " + arguments[3]);
      System.out.println("random " + drawn.hex);
      System.out.print(recorder.script);
    }
  }

  private void record(byte[] ping) throws IOException {
    client.engine.start(0, client);
    exchangeUntil(client::isReady);
    line("seal", HEX.formatHex(ping));
    client.sendPacket(ping);
    exchangeUntil(() -> !client.received.isEmpty());
    line("probe", String.valueOf(PROBE_BYTES));
    client.engine.probe(PROBE_BYTES, 0, client);
    exchangeUntil(
        () -> client.events.stream().anyMatch(DatagramEvent.ProbeAnswered.class::isInstance));
  }

  private void exchangeUntil(BooleanSupplier done) throws IOException {
    int told = client.events.size();
    int opened = client.received.size();
    while (true) {
      for (byte[] datagram = client.sent.poll(); datagram != null; datagram = client.sent.poll()) {
        line(">", HEX.formatHex(datagram));
        socket.send(new DatagramPacket(datagram, datagram.length));
      }
      if (done.getAsBoolean()) {
        return;
      }
      DatagramPacket in = new DatagramPacket(new byte[2048], 2048);
      socket.receive(in);
      byte[] datagram = Arrays.copyOf(in.getData(), in.getLength());
      line("<", HEX.formatHex(datagram));
      client.deliver(datagram);
      for (; opened < client.received.size(); opened++) {
        line("open", HEX.formatHex(client.received.get(opened)));
      }
      for (; told < client.events.size(); told++) {
        line("event", client.events.get(told).toString());
      }
    }
  }

  private void line(String what, String content) {
    script.append(what).append(' ').append(content).append('\n');
  }

  /** An echo request, whose answer comes from the server's end of the tunnel. */
  private static byte[] ping(String from, String to) throws IOException {
    ByteBuffer packet = ByteBuffer.allocate(20 + 8 + 16);
    packet.putInt(0x45000000 | packet.capacity()).putInt(0x4000).putInt(0x40010000);
    packet
        .put(InetAddress.getByName(from).getAddress())
        .put(InetAddress.getByName(to).getAddress());
    packet.putShort(10, (short) ~sum(packet, 0, 20));
    packet.put((byte) 8).put((byte) 0).putShort((short) 0).putInt(0x12340001);
    packet.put("sixteen of these".getBytes(StandardCharsets.US_ASCII));
    packet.putShort(22, (short) ~sum(packet, 20, packet.capacity()));
    return packet.array();
  }

  /** RFC 1071. */
  private static int sum(ByteBuffer packet, int from, int end) {
    int sum = 0;
    for (int i = from; i < end; i += 2) {
      sum += packet.getShort(i) & 0xffff;
    }
    return (sum & 0xffff) + (sum >> 16);
  }

  /** Real randomness, all of it remembered. */
  private static final class Drawn extends SecureRandom {
    private static final long serialVersionUID = 1L;

    private final StringBuilder hex = new StringBuilder();

    @Override
    public void nextBytes(byte[] bytes) {
      super.nextBytes(bytes);
      hex.append(HEX.formatHex(bytes));
    }
  }
}

package dev.adit.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.api.datagram.DatagramEvent;
import dev.adit.api.datagram.DatagramOutput;
import dev.adit.api.datagram.EspOffer;
import dev.adit.api.datagram.EspOffer.ProbeRule;
import dev.adit.api.datagram.SaParameters;
import dev.adit.api.datagram.SaParameters.EspCipher;
import dev.adit.api.datagram.SaParameters.EspMac;
import dev.adit.api.error.VpnException;
import dev.adit.api.packet.PacketBatch;
import dev.adit.api.secret.SecretBytes;
import dev.adit.core.esp.EspAssociation;
import dev.adit.core.esp.EspEngine;
import dev.adit.core.esp.EspTimers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Our ESP and the kernel's, suite by suite: in a namespace somebody pings, whose packets the kernel
 * seals; here our engine opens them and seals the answers, of which ping looks at each byte. Needs
 * a kernel with ESP: {@code dist/kernel} runs it on one.
 *
 * <p>With {@code -Dadit.vectors=FILE} some of what went over the wire is added to a file: so the
 * golden packets of core's {@code KernelVectorTest} were made.
 */
final class KernelEspScenarios {
  private static final String PEER = "esp-peer";
  private static final int PORT = 4500;
  private static final int TO_US = 0x11223344;
  private static final int TO_KERNEL = 0x55667788;

  /** Has the kernel take ESP out of UDP: UDP_ENCAP = UDP_ENCAP_ESPINUDP. */
  private static final String ENCAPSULATION =
      """
      import socket, time
      s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
      s.bind(("", 4500))
      s.setsockopt(17, 100, 2)
      print("ready", flush=True)
      time.sleep(1000)
      """;

  /** Packets whose padding is 0, 15 and 9 bytes. */
  private static final List<Integer> RECORDED = List.of(30, 31, 37);

  @ParameterizedTest
  @CsvSource({
    "AES_128_CBC, HMAC_MD5_96",
    "AES_128_CBC, HMAC_SHA1_96",
    "AES_128_CBC, HMAC_SHA256_128",
    "AES_256_CBC, HMAC_MD5_96",
    "AES_256_CBC, HMAC_SHA1_96",
    "AES_256_CBC, HMAC_SHA256_128"
  })
  void eachOpensWhatTheOtherSeals(EspCipher cipher, EspMac mac) throws Exception {
    host("ip netns add " + PEER);
    Process encapsulation = null;
    try {
      host("ip link add esp0 type veth peer name esp1 netns " + PEER);
      host("ip addr add 192.0.2.1/24 dev esp0");
      host("ip link set esp0 up");
      peer("ip addr add 192.0.2.2/24 dev esp1");
      peer("ip link set esp1 up");
      peer("ip link set lo up");
      peer("ip addr add 10.99.0.2/32 dev lo");
      peer("ip route add 10.99.0.1/32 via 192.0.2.1 src 10.99.0.2");
      state("192.0.2.2", "192.0.2.1", TO_US, cipher, mac, block(0x00));
      state("192.0.2.1", "192.0.2.2", TO_KERNEL, cipher, mac, block(0x40));
      policy("out", "10.99.0.2", "10.99.0.1", "192.0.2.2", "192.0.2.1");
      policy("in", "10.99.0.1", "10.99.0.2", "192.0.2.1", "192.0.2.2");
      encapsulation =
          new ProcessBuilder("ip", "netns", "exec", PEER, "python3", "-c", ENCAPSULATION).start();
      assertThat(encapsulation.inputReader(StandardCharsets.US_ASCII).readLine())
          .isEqualTo("ready");
      Responder responder = new Responder(cipher, mac);
      responder.start();
      try {
        // Every padding, and a long one.
        String pinged =
            peer(
                "sh",
                "-c",
                "for size in $(seq 0 15) 1300; do"
                    + " ping -c1 -W10 -p a5 -s $size 10.99.0.1 || exit 1; done");
        assertThat(pinged).doesNotContain("wrong data");
      } finally {
        responder.end();
      }
      // Nothing was dropped by the kernel for any reason.
      assertThat(peer("cat /proc/net/xfrm_stat").lines()).allMatch(l -> l.matches("\\S+\\s+0"));
    } finally {
      if (encapsulation != null) {
        encapsulation.destroyForcibly().waitFor();
      }
      host("ip netns del " + PEER);
    }
  }

  /** Answers echo requests as they come. */
  private static final class Responder extends Thread implements DatagramOutput {
    private final String suite;
    private final DatagramSocket socket;
    private final EspAssociation sas;
    private final EspEngine engine;

    Responder(EspCipher cipher, EspMac mac) throws IOException, VpnException {
      super("responder");
      suite = cipher + " " + mac;
      socket = new DatagramSocket(new InetSocketAddress("192.0.2.1", PORT));
      EspOffer offer =
          new EspOffer(
              "ESP",
              PORT,
              sa(TO_KERNEL, cipher, mac, block(0x40)),
              sa(TO_US, cipher, mac, block(0x00)),
              new ProbeRule("00", 4),
              Duration.ZERO,
              Optional.empty());
      sas = new EspAssociation(offer, EspAssociation.GRACE, new SecureRandom());
      engine = new EspEngine(sas, EspTimers.DEFAULT);
    }

    @Override
    public void run() {
      PacketBatch datagrams = new PacketBatch(1, 2048, 0);
      PacketBatch packets = new PacketBatch(1, 2048 + engine.tailroom(), engine.headroom());
      DatagramPacket got = new DatagramPacket(new byte[2048], 2048);
      try {
        while (true) {
          socket.receive(got);
          datagrams.clear();
          packets.clear();
          datagrams.append(got.getData(), 0, got.getLength());
          engine.open(datagrams, System.nanoTime(), packets, this);
          if (packets.count() == 1) {
            answer(got, datagrams, packets);
          }
        }
      } catch (SocketException e) {
        // Closed: the test is over.
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private void answer(DatagramPacket from, PacketBatch datagrams, PacketBatch packets)
        throws IOException {
      int length = packets.length(0);
      record("kernel", length, hex(datagrams), hex(packets));
      turn(packets.array(), packets.offset(0));
      String inner = hex(packets);
      engine.seal(packets, System.nanoTime(), this);
      record("ours", length, hex(packets), inner);
      socket.send(
          new DatagramPacket(
              packets.array(), packets.offset(0), packets.length(0), from.getSocketAddress()));
    }

    /** An echo request becomes its answer; swapped addresses leave the IP checksum as it is. */
    private static void turn(byte[] packet, int at) {
      byte[] source = Arrays.copyOfRange(packet, at + 12, at + 16);
      System.arraycopy(packet, at + 16, packet, at + 12, 4);
      System.arraycopy(source, 0, packet, at + 16, 4);
      int sum = ((packet[at + 22] & 0xff) << 8 | packet[at + 23] & 0xff) + 0x0800;
      sum = (sum & 0xffff) + (sum >> 16);
      packet[at + 20] = 0;
      packet[at + 22] = (byte) (sum >> 8);
      packet[at + 23] = (byte) sum;
    }

    private void record(String sealer, int length, String wire, String inner) throws IOException {
      String file = System.getProperty("adit.vectors");
      if (file != null && RECORDED.contains(length)) {
        Files.writeString(
            Path.of(file),
            String.join(" ", sealer, suite, wire, inner) + "\n",
            StandardOpenOption.CREATE,
            StandardOpenOption.APPEND);
      }
    }

    @Override
    public void send(byte[] bytes, int offset, int length) {
      // Nobody here answers probes.
    }

    @Override
    public void event(DatagramEvent event) {
      // Ping says what came of it.
    }

    void end() throws InterruptedException {
      socket.close();
      join();
      sas.close();
    }
  }

  private static void state(
      String from, String to, int spi, EspCipher cipher, EspMac mac, byte[] block) {
    String name =
        switch (mac) {
          case HMAC_MD5_96 -> "hmac(md5)";
          case HMAC_SHA1_96 -> "hmac(sha1)";
          case HMAC_SHA256_128 -> "hmac(sha256)";
        };
    int middle = cipher.keyBytes();
    HexFormat hex = HexFormat.of();
    peer(
        "ip xfrm state add src %s dst %s proto esp spi 0x%x reqid 1 mode tunnel replay-window 32"
                .formatted(from, to, spi)
            + " enc cbc(aes) 0x%s auth-trunc %s 0x%s %d encap espinudp %d %d 0.0.0.0"
                .formatted(
                    hex.formatHex(block, 0, middle),
                    name,
                    hex.formatHex(block, middle, middle + mac.keyBytes()),
                    8 * mac.icvBytes(),
                    PORT,
                    PORT));
  }

  private static void policy(
      String direction, String source, String destination, String from, String to) {
    peer(
        "ip xfrm policy add dir %s src %s/32 dst %s/32 tmpl src %s dst %s proto esp reqid 1"
                .formatted(direction, source, destination, from, to)
            + " mode tunnel");
  }

  private static SaParameters sa(int spi, EspCipher cipher, EspMac mac, byte[] block) {
    return new SaParameters(
        spi,
        cipher,
        SecretBytes.copyOf(block, 0, cipher.keyBytes()),
        mac,
        SecretBytes.copyOf(block, cipher.keyBytes(), mac.keyBytes()),
        1,
        64);
  }

  /** 64 bytes that count, from which keys are cut. */
  private static byte[] block(int from) {
    byte[] block = new byte[64];
    for (int i = 0; i < block.length; i++) {
      block[i] = (byte) (from + i);
    }
    return block;
  }

  private static String hex(PacketBatch one) {
    return HexFormat.of().formatHex(one.array(), one.offset(0), one.offset(0) + one.length(0));
  }

  private static void host(String line) {
    Command.run(Duration.ofMinutes(1), "", List.of(words(line))).ok();
  }

  private static String peer(String line) {
    return peer(words(line));
  }

  private static String peer(String... words) {
    List<String> argv = new ArrayList<>(List.of("ip", "netns", "exec", PEER));
    argv.addAll(List.of(words));
    return Command.run(Duration.ofMinutes(5), "", argv).ok();
  }

  private static String[] words(String line) {
    return line.split(" ");
  }
}

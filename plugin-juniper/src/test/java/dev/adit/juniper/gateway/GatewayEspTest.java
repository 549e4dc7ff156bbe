package dev.adit.juniper.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.api.OptionValues;
import dev.adit.api.PluginContext;
import dev.adit.api.fixture.MemoryTls;
import dev.adit.api.gateway.AddressPool;
import dev.adit.api.gateway.GatewayConnection;
import dev.adit.api.gateway.GatewayOutput;
import dev.adit.api.gateway.GatewaySettings;
import dev.adit.api.packet.PacketBatch;
import dev.adit.api.tunnel.IpPrefix;
import dev.adit.api.tunnel.TunnelConfig;
import dev.adit.juniper.esp.EspKeys;
import dev.adit.juniper.esp.EspTerms;
import dev.adit.juniper.oncp.Groups;
import dev.adit.juniper.oncp.Groups.Attribute;
import dev.adit.juniper.oncp.Kmp;
import dev.adit.juniper.oncp.OncpRecord;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The gateway's half of ESP, with packets in the clear: {@link ClearEsp}. */
class GatewayEspTest {
  private static final InetSocketAddress HOME = at(1000);
  private static final InetSocketAddress CAFE = at(2000);
  private static final byte[] PACKET =
      HexFormat.of().parseHex("450000146ab00000400100000a6300010a630002");
  private static final int OURS = 0x0a0b0c0d;

  private final Map<String, String> options = new HashMap<>();
  private final Output out = new Output();
  private final PacketBatch packets = new PacketBatch(16, 256, 0);

  @Test
  void tellsSuiteAndKeysAtTheEnd() throws Exception {
    options.put("esp", "aes256-md5");
    options.put("lzo", "true");
    open();
    List<Attribute> told = configuration();
    EspTerms terms = EspTerms.read(told).orElseThrow();
    assertThat(terms.suite()).hasToString("AES-256, MD5");
    assertThat(terms.compressed()).isTrue();
    assertThat(terms.port()).isEqualTo(4500);
    assertThat(terms.fallbackSeconds()).isEqualTo(15);
    // Openconnect 9.01 looks for no group in the last 20 bytes.
    assertThat(told.get(told.size() - 1).group()).isEqualTo(EspKeys.GROUP);
  }

  @Test
  void eachTunnelTakesTheNextSuiteOfSeveral() throws Exception {
    options.put("esp", "aes256-md5,aes128-sha1");
    ClearEsp esp = new ClearEsp();
    JuniperGatewayEngine engine = new JuniperGatewayEngine(settings(esp));
    List<String> suites = new ArrayList<>();
    for (int tunnel = 0; tunnel < 3; tunnel++) {
      out.records.clear();
      open(engine, esp);
      suites.add(EspTerms.read(configuration()).orElseThrow().suite().toString());
    }
    assertThat(suites).containsExactly("AES-256, MD5", "AES-128, SHA1", "AES-256, MD5");
  }

  @Test
  void isLeftOutWhereItIsNotWanted() throws Exception {
    options.put("esp", "none");
    open();
    assertThat(EspTerms.read(configuration())).isEmpty();
    options.put("esp", "rot13");
    assertThatThrownBy(this::open)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("esp=rot13")
        .hasMessageContaining("aes128-sha1");
  }

  @Test
  void answersAProbeThatCameBeforeTheKeys() throws Exception {
    Peer client = open();
    client.datagram(HOME, client.spi, 0);
    assertThat(out.datagrams).isEmpty();
    client.keys(OURS);
    assertThat(out.datagrams).containsExactly(HOME + " 0a0b0c0d00");
    client.datagram(HOME, client.spi, 0);
    assertThat(out.datagrams).hasSize(2);
  }

  @Test
  void sendsByEspWhileTheClientWantsIt() throws Exception {
    Peer client = open();
    client.keys(OURS);
    client.on(true);
    client.packet();
    // It does not know yet where to.
    assertThat(out.datagrams).isEmpty();
    client.datagram(HOME, client.spi, 0);
    out.datagrams.clear();
    int before = out.records.size();
    client.packet();
    assertThat(out.datagrams)
        .containsExactly(HOME + " 0a0b0c0d" + HexFormat.of().formatHex(PACKET));
    assertThat(out.records).hasSize(before);
    client.on(false);
    client.packet();
    assertThat(out.records).hasSize(before + 1);
    assertThat(out.events).contains("esp-on joe", "esp-off joe");
  }

  @Test
  void followsTheClientToAnotherAddress() throws Exception {
    Peer client = open();
    client.keys(OURS);
    client.on(true);
    client.datagram(HOME, client.spi, 0);
    // Nothing that is authentic: it stays.
    client.datagram(CAFE, client.spi);
    client.datagram(CAFE, 0x99999999, 0);
    out.datagrams.clear();
    client.packet();
    assertThat(out.datagrams).allMatch(d -> d.startsWith(HOME.toString()));
    client.datagram(CAFE, client.spi, PACKET);
    assertThat(packets.count()).isEqualTo(1);
    out.datagrams.clear();
    client.packet();
    assertThat(out.datagrams).allMatch(d -> d.startsWith(CAFE.toString()));
  }

  @Test
  void newKeysAreReceivedWithAtOnceAndSentWithWhenTheClientAnswers() throws Exception {
    options.put("rekey-seconds", "10");
    Peer client = open();
    assertThat(client.connection.nanosUntilDeadline(0)).isEqualTo(TimeUnit.SECONDS.toNanos(10));
    client.keys(OURS);
    client.on(true);
    client.datagram(HOME, client.spi, 0);
    int first = client.spi;
    out.records.clear();
    client.connection.onDeadline(TimeUnit.SECONDS.toNanos(10), out);
    byte[] message = out.records.get(0);
    assertThat(OncpRecord.length(message, 0)).isEqualTo(106);
    assertThat(Kmp.type(message, 2)).isEqualTo(Kmp.KEYS);
    int second = EspKeys.read(Groups.read(message, 22, 86)).spi();
    out.datagrams.clear();
    for (int spi : new int[] {first, second}) {
      client.datagram(HOME, spi, 0);
    }
    assertThat(out.datagrams).containsExactly(HOME + " 0a0b0c0d00", HOME + " 0a0b0c0d00");
    client.keys(OURS + 1);
    out.datagrams.clear();
    client.datagram(HOME, second, 0);
    assertThat(out.datagrams).containsExactly(HOME + " 0a0b0c0e00");
    client.connection.onDeadline(TimeUnit.SECONDS.toNanos(20), out);
    out.datagrams.clear();
    client.datagram(HOME, first, 0);
    assertThat(out.datagrams).isEmpty();
  }

  @Test
  void forgetsTheKeysWithTheConnection() throws Exception {
    Peer client = open();
    client.keys(OURS);
    client.connection.close();
    client.datagram(HOME, client.spi, 0);
    assertThat(out.datagrams).isEmpty();
    assertThat(client.esp.open()).isZero();
  }

  @Test
  void keysThatAreNoneEndTheConnection() throws Exception {
    Peer client = open();
    client.message(Kmp.KEYS, Groups.group(7, Groups.attribute(1, 1)));
    assertThat(out.events).anyMatch(e -> e.startsWith("bad-message joe, ") && e.contains("7/"));
    assertThat(out.finished).isTrue();
  }

  private Peer open() throws Exception {
    ClearEsp esp = new ClearEsp();
    return open(new JuniperGatewayEngine(settings(esp)), esp);
  }

  private Peer open(JuniperGatewayEngine engine, ClearEsp esp) throws Exception {
    String dsid = engine.sessions().open("joe", "Users", "").dsid;
    GatewayConnection connection = engine.accept(MemoryTls.exportingNothing(), out);
    byte[] upgrade =
        ("POST /dana/js?prot=1&svc=4 HTTP/1.1\r\nCookie: DSID=" + dsid + "\r\n\r\n")
            .getBytes(ISO_8859_1);
    connection.receive(upgrade, 0, upgrade.length, 0, packets, out);
    byte[] name = HexFormat.of().parseHex("0f0000040000000200766dbb0100000000");
    connection.receive(name, 0, name.length, 0, packets, out);
    List<Attribute> told = configuration();
    int spi = EspTerms.read(told).isEmpty() ? 0 : EspKeys.read(told).spi();
    return new Peer(engine, connection, esp, spi);
  }

  private List<Attribute> configuration() throws Exception {
    byte[] record = out.records.get(2);
    return Groups.read(record, 22, Kmp.length(record, 2));
  }

  private GatewaySettings settings(ClearEsp esp) throws Exception {
    Optional<IpPrefix> address = Optional.of(IpPrefix.parse("address", "10.99.0.2/32"));
    AddressPool pool =
        new AddressPool() {
          @Override
          public Lease lease(String key) {
            return new Lease(address, Optional.empty());
          }

          @Override
          public void release(String key) {}
        };
    return new GatewaySettings(
        new PluginContext(new SecureRandom(), Clock.systemUTC()),
        Map.of(),
        TunnelConfig.builder(1400).build(),
        pool,
        4500,
        List.of(),
        new OptionValues(options),
        esp);
  }

  private static InetSocketAddress at(int port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  /** A client, message by message. */
  private final class Peer {
    final JuniperGatewayEngine engine;
    final GatewayConnection connection;
    final ClearEsp esp;
    final int spi;

    Peer(JuniperGatewayEngine engine, GatewayConnection connection, ClearEsp esp, int spi) {
      this.engine = engine;
      this.connection = connection;
      this.esp = esp;
      this.spi = spi;
    }

    void keys(int own) {
      message(
          Kmp.KEYS, Groups.group(7, Groups.attribute(1, own), Groups.attribute(2, new byte[64])));
    }

    void on(boolean wanted) {
      byte[] value = {(byte) (wanted ? 1 : 0)};
      message(Kmp.CONTROL, Groups.group(6, Groups.attribute(1, value)));
    }

    void message(int type, byte[] payload) {
      byte[] record = OncpRecord.message(type, payload, true);
      connection.receive(record, 0, record.length, 0, packets, out);
    }

    void datagram(InetSocketAddress from, int spi, int... payload) {
      byte[] bytes = new byte[payload.length];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) payload[i];
      }
      datagram(from, spi, bytes);
    }

    void datagram(InetSocketAddress from, int spi, byte[] payload) {
      PacketBatch one = new PacketBatch(1, 256, 0);
      byte[] datagram = ClearEsp.datagram(spi, payload);
      one.append(datagram, 0, datagram.length);
      engine.receiveDatagrams(from, one, 0, packets, out);
    }

    void packet() {
      PacketBatch one = new PacketBatch(1, 256, 64);
      one.append(PACKET, 0, PACKET.length);
      connection.send(one, 0, out);
    }
  }

  private static final class Output implements GatewayOutput {
    final List<byte[]> records = new ArrayList<>();
    final List<String> datagrams = new ArrayList<>();
    final List<String> events = new ArrayList<>();
    boolean finished;

    @Override
    public void record(byte[] bytes, int offset, int length) {
      records.add(Arrays.copyOfRange(bytes, offset, offset + length));
    }

    @Override
    public void send(InetSocketAddress to, byte[] bytes, int offset, int length) {
      datagrams.add(to + " " + HexFormat.of().formatHex(bytes, offset, offset + length));
    }

    @Override
    public void finish() {
      finished = true;
    }

    @Override
    public void cut() {
      finished = true;
    }

    @Override
    public void attach(AddressPool.Lease lease) {}

    @Override
    public void event(String name, String detail) {
      events.add(name + " " + detail);
    }
  }
}

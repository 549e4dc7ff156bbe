package dev.adit.core.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.api.ProtocolInfo.TlsExport;
import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.util.Pack;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A client and a server of ours, joined in memory. */
class TlsEngineTest {
  private static final TlsExport EXPORT = new TlsExport("EXPORTER-test", 32);
  private static final InetSocketAddress ADDRESS =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 443);
  private static ClientCertificate identity;

  @BeforeAll
  static void identity() throws VpnException {
    identity = FreshIdentity.of("vpn.test");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 100, 20_000})
  void carriesRecordsWhateverTheWiresCuts(int piece) throws Exception {
    Pair pair = new Pair(pinned(), "vpn.test", piece);
    pair.shake();
    assertThat(pair.client.session().version()).isEqualTo("TLSv1.3");
    assertThat(pair.client.session().cipherSuite()).isEqualTo("TLS_AES_256_GCM_SHA384");
    for (String text : List.of("one", "two", "three".repeat(3000))) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      pair.client.seal(bytes, 0, bytes.length);
    }
    pair.move(pair.client, pair.server);
    assertThat(pair.record(pair.server)).isEqualTo("one");
    assertThat(pair.record(pair.server)).isEqualTo("two");
    assertThat(pair.record(pair.server)).isEqualTo("three".repeat(3000));
    assertThat(pair.record(pair.server)).isEmpty();
  }

  @Test
  void bothSidesExportTheSame() throws Exception {
    Pair pair = new Pair(pinned(), "vpn.test", 5000);
    pair.shake();
    assertThat(pair.client.session().exported("EXPORTER-test"))
        .isEqualTo(pair.server.session().exported("EXPORTER-test"));
    assertThatThrownBy(() -> pair.client.session().exported("another"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void anotherKeyThanThePinnedIsRefusedWithItsPin() throws Exception {
    ServerPin other = ServerPin.of(FreshIdentity.of("vpn.test").chain().get(0));
    Pair pair = new Pair(ServerTrust.of(List.of(other), List.of(), true), "vpn.test", 5000);
    assertThatThrownBy(pair::shake)
        .isInstanceOf(UntrustedServerException.class)
        .hasMessageContaining("--servercert " + ServerPin.of(identity.chain().get(0)));
  }

  @Test
  void aSelfSignedCertificateIsNotTrusted() throws Exception {
    Pair pair = new Pair(ServerTrust.of(List.of(), List.of(), true), "vpn.test", 5000);
    assertThatThrownBy(pair::shake)
        .isInstanceOf(UntrustedServerException.class)
        .hasMessageContaining("it is self-signed");
  }

  @Test
  void whatIsNotTlsIsSaidToBeSo() throws Exception {
    TlsEngine client = client(pinned(), "vpn.test");
    byte[] banner = "SSH-2.0-OpenSSH_9.2\r\n".getBytes(StandardCharsets.US_ASCII);
    assertThatThrownBy(() -> client.receive(banner, 0, banner.length))
        .isInstanceOfSatisfying(
            VpnException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNREACHABLE))
        .hasMessageContaining("does not answer in TLS");
  }

  @Test
  void aDamagedRecordEndsTheConnection() throws Exception {
    Pair pair = new Pair(pinned(), "vpn.test", 5000);
    pair.shake();
    pair.client.seal(new byte[100], 0, 100);
    byte[] wire = new byte[500];
    int length = pair.client.takeWire(wire, 0, wire.length);
    wire[50] ^= 1;
    pair.server.receive(wire, 0, length);
    assertThatThrownBy(() -> pair.server.readRecord(new byte[20_000], 0))
        .isInstanceOf(VpnException.class);
  }

  /** The library does so after a million records of TLS 1.3, in the middle of them. */
  @Test
  void newKeysComeInOrder() throws Exception {
    Pair pair = new Pair(pinned(), "vpn.test", 20_000);
    pair.shake();
    byte[] content = new byte[4];
    byte[] got = new byte[TlsEngine.ROOM_BYTES];
    for (int i = 0; i < (1 << 20) + 1000; i++) {
      Pack.intToBigEndian(i, content, 0);
      pair.client.seal(content, 0, content.length);
      if (i % 100 == 99) {
        pair.move(pair.client, pair.server);
        for (int j = i - 99; j <= i; j++) {
          assertThat(pair.server.readRecord(got, 0) == 4 && Pack.bigEndianToInt(got, 0) == j)
              .isTrue();
        }
      }
    }
    pair.server.seal(content, 0, content.length);
    pair.move(pair.server, pair.client);
    assertThat(pair.client.readRecord(got, 0)).isEqualTo(4);
  }

  private static ServerTrust pinned() throws VpnException {
    return ServerTrust.of(List.of(ServerPin.of(identity.chain().get(0))), List.of(), false);
  }

  private static TlsEngine client(ServerTrust trust, String host) throws VpnException {
    return TlsEngine.client(
        new TlsSettings(trust, Optional.empty(), Optional.empty(), List.of(EXPORT), false),
        host,
        ADDRESS);
  }

  /** Two engines and the wire between them, which carries so many bytes at a time. */
  private static final class Pair {
    private final TlsEngine client;
    private final TlsEngine server;
    private final int piece;

    private Pair(ServerTrust trust, String host, int piece) throws VpnException {
      this.piece = piece;
      client = client(trust, host);
      server = TlsEngine.server(new TlsServerSettings(identity, false, List.of(EXPORT)), ADDRESS);
    }

    private void shake() throws VpnException {
      for (int round = 0; round < 10; round++) {
        move(client, server);
        move(server, client);
      }
      assertThat(client.established() && server.established()).isTrue();
    }

    private void move(TlsEngine from, TlsEngine to) throws VpnException {
      byte[] wire = new byte[piece];
      while (from.wireAvailable() > 0) {
        to.receive(wire, 0, from.takeWire(wire, 0, piece));
      }
    }

    private String record(TlsEngine from) throws VpnException {
      byte[] bytes = new byte[20_000];
      return new String(bytes, 0, from.readRecord(bytes, 0), StandardCharsets.UTF_8);
    }
  }
}

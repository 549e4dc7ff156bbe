package dev.adit.core.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which of all the things is wrong with a server's certificate is said, with the ready pin. */
class ServerTrustTest {
  private static final String HOST = "vpn.test";
  private static MadeCertificate root;

  @TempDir static Path directory;
  private static Path rootFile;

  @BeforeAll
  static void make() throws Exception {
    root = MadeCertificate.authority("Lab Root");
    StringWriter text = new StringWriter();
    try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
      writer.writeObject(root.certificate());
    }
    rootFile = Files.writeString(directory.resolve("root.pem"), text.toString());
  }

  @Test
  void aGoodOneIsTrusted() throws Exception {
    MadeCertificate good = root.issues(HOST, -1, 30);
    assertThatCode(() -> trust().check(good.with(root).chain(), HOST)).doesNotThrowAnyException();
    assertThatCode(() -> trust().check(good.with().chain(), HOST)).doesNotThrowAnyException();
    assertThatCode(() -> trust().check(good.with().chain(), "VPN.test."))
        .doesNotThrowAnyException();
  }

  @Test
  void anExpiredOneIsSaidToBeExpired() throws Exception {
    refused(root.issues(HOST, -30, -2), "\"CN=vpn.test\" expired on 2");
  }

  @Test
  void oneOfTomorrowIsSaidToBeNotValidYet() throws Exception {
    refused(root.issues(HOST, 2, 30), "\"CN=vpn.test\" is not valid before 2");
  }

  @Test
  void anothersIsSaidToBeAnothers() throws Exception {
    refused(root.issues("other.test", -1, 30), "made out to other.test, not to vpn.test");
  }

  @Test
  void aSelfSignedOneIsSaidToBeSo() throws Exception {
    refused(MadeCertificate.selfSigned(MadeCertificate.keys("EC"), HOST), "it is self-signed");
  }

  @Test
  void anUnknownAuthorityIsNamed() throws Exception {
    MadeCertificate stranger = MadeCertificate.authority("Strange Root");
    MadeCertificate server = stranger.issues(HOST, -1, 30);
    assertThatThrownBy(() -> trust().check(server.with(stranger).chain(), HOST))
        .isInstanceOf(UntrustedServerException.class)
        .hasMessageContaining("nobody here knows its authority \"CN=Strange Root\" (--cafile");
  }

  @Test
  void aMissingIntermediateIsNamed() throws Exception {
    MadeCertificate middle = root.issuesAuthority("Lab Middle");
    MadeCertificate server = middle.issues(HOST, -1, 30);
    refused(server, "\"CN=Lab Middle\", or the server does not send an intermediate");
    assertThatCode(() -> trust().check(server.with(middle).chain(), HOST))
        .doesNotThrowAnyException();
  }

  @Test
  void oneThatIsNoAuthorityCannotVouch() throws Exception {
    MadeCertificate impostor = root.issues("impostor.test", -1, 30);
    MadeCertificate server = impostor.issues(HOST, -1, 30);
    assertThatThrownBy(() -> trust().check(server.with(impostor).chain(), HOST))
        .isInstanceOf(UntrustedServerException.class)
        .hasMessageContaining("--servercert " + ServerPin.of(server.certificate()));
  }

  @Test
  void aPinOutweighsDatesAndNames() throws Exception {
    MadeCertificate expired = root.issues("other.test", -30, -2);
    ServerTrust pinned =
        ServerTrust.of(List.of(ServerPin.of(expired.certificate())), List.of(), false);
    assertThatCode(() -> pinned.check(expired.with().chain(), HOST)).doesNotThrowAnyException();
  }

  @Test
  void theHandshakeItselfSaysIt() throws Exception {
    MadeCertificate expired = root.issues(HOST, -30, -2);
    TlsEngine client =
        TlsEngine.client(
            new TlsSettings(trust(), Optional.empty(), Optional.empty(), List.of(), false),
            HOST,
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 443));
    TlsEngine server =
        TlsEngine.server(
            new TlsServerSettings(expired.with(root), false, List.of()),
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 443));
    assertThatThrownBy(
            () -> {
              for (int round = 0; round < 5; round++) {
                move(client, server);
                move(server, client);
              }
            })
        .isInstanceOf(UntrustedServerException.class)
        .hasMessageContaining("expired on")
        .hasMessageContaining("--servercert " + ServerPin.of(expired.certificate()));
  }

  private static void move(TlsEngine from, TlsEngine to) throws VpnException {
    byte[] wire = new byte[20_000];
    while (from.wireAvailable() > 0) {
      to.receive(wire, 0, from.takeWire(wire, 0, wire.length));
    }
  }

  private static void refused(MadeCertificate server, String words) {
    assertThatThrownBy(() -> trust().check(server.with().chain(), HOST))
        .isInstanceOfSatisfying(
            UntrustedServerException.class,
            e -> assertThat(e.kind()).isEqualTo(Kind.UNTRUSTED_SERVER))
        .hasMessageContaining("the certificate of vpn.test is not trusted")
        .hasMessageContaining(words)
        .hasMessageContaining("--servercert " + ServerPin.of(server.certificate()));
  }

  private static ServerTrust trust() throws VpnException {
    return ServerTrust.of(List.of(), List.of(rootFile), true);
  }
}

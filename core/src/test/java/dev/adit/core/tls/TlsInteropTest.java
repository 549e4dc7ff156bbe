package dev.adit.core.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.api.error.VpnException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Beside the JDK's own TLS, which shares nothing with ours but the ciphers, in memory. */
class TlsInteropTest {
  private static final String HOST = "vpn.test";
  private static final char[] PASSWORD = "none".toCharArray();
  private static final InetSocketAddress ADDRESS =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 443);

  @ParameterizedTest
  @CsvSource({
    "TLSv1.2, TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, false",
    "TLSv1.2, TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, false",
    "TLSv1.2, TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, false",
    "TLSv1.2, TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, true",
    "TLSv1.3, TLS_AES_128_GCM_SHA256, false",
    "TLSv1.3, TLS_AES_256_GCM_SHA384, false",
    "TLSv1.3, TLS_CHACHA20_POLY1305_SHA256, false",
    "TLSv1.3, TLS_AES_128_GCM_SHA256, true",
    "TLSv1.3, TLS_AES_256_GCM_SHA384, true"
  })
  void carriesRecordsBothWays(String version, String suite, boolean server) throws Exception {
    Random random = new Random(suite.hashCode());
    Pair pair = new Pair(version, suite, server);
    pair.shake();
    assertThat(pair.ours.session().cipherSuite()).isEqualTo(suite);
    for (int i = 0; i < 200; i++) {
      byte[] out = bytes(random);
      byte[] back = bytes(random);
      pair.ours.seal(out, 0, out.length);
      byte[] got = pair.theirs(out.length);
      assertThat(got).hasSize(out.length);
      assertThat(Arrays.equals(got, out)).isTrue();
      pair.wrap(back);
      assertThat(Arrays.equals(pair.records(back.length), back)).isTrue();
    }
    // What says good-bye is a record as well, and comes after all others.
    pair.ours.closeNotify();
    pair.theirs(0);
    assertThat(pair.theirs.isInboundDone()).isTrue();
  }

  /** Mostly packets, and now and then the longest record. */
  private static byte[] bytes(Random random) {
    byte[] bytes = new byte[random.nextInt(20) == 0 ? 16384 : 1 + random.nextInt(1500)];
    random.nextBytes(bytes);
    return bytes;
  }

  /** Ours and the JDK's, and what is between them. */
  private static final class Pair {
    private final TlsEngine ours;
    private final SSLEngine theirs;
    private final ByteBuffer toThem = ByteBuffer.allocate(1 << 17);
    private final ByteBuffer toUs = ByteBuffer.allocate(1 << 17);

    Pair(String version, String suite, boolean server) throws Exception {
      ClientCertificate identity = FreshIdentity.of(HOST);
      ServerPin pin = ServerPin.of(identity.chain().get(0));
      TlsSettings settings =
          new TlsSettings(
              ServerTrust.of(List.of(pin), List.of(), false),
              Optional.empty(),
              Optional.empty(),
              List.of(),
              false);
      ours =
          server
              ? TlsEngine.server(new TlsServerSettings(identity, false, List.of()), ADDRESS)
              : TlsEngine.client(settings, HOST, ADDRESS);
      theirs = context(identity).createSSLEngine(HOST, 443);
      theirs.setUseClientMode(server);
      theirs.setEnabledProtocols(new String[] {version});
      theirs.setEnabledCipherSuites(new String[] {suite});
      theirs.beginHandshake();
    }

    void shake() throws Exception {
      for (int round = 0; round < 20; round++) {
        wrap(new byte[0]);
        theirs(0);
      }
      assertThat(ours.established()).isTrue();
    }

    /** What the JDK's has to say, and some data with it. */
    void wrap(byte[] data) throws Exception {
      ByteBuffer left = ByteBuffer.wrap(data);
      SSLEngineResult result;
      do {
        result = theirs.wrap(left, toUs);
      } while (result.bytesProduced() > 0);
      toUs.flip();
      ours.receive(toUs);
      toUs.clear();
    }

    /** So many bytes, of which the JDK's TLS 1.3 makes two records if they fill one. */
    byte[] records(int length) throws VpnException {
      byte[] bytes = new byte[length + TlsEngine.ROOM_BYTES];
      int n = 0;
      for (int more = ours.readRecord(bytes, 0); more > 0; more = ours.readRecord(bytes, n)) {
        n += more;
      }
      return Arrays.copyOf(bytes, n);
    }

    /** What the JDK's makes of what we have sent, so many bytes of it at least. */
    byte[] theirs(int length) throws Exception {
      ours.takeWire(toThem);
      toThem.flip();
      ByteBuffer all = ByteBuffer.allocate(length + 20_000);
      SSLEngineResult result;
      do {
        result = theirs.unwrap(toThem, all);
        for (Runnable task = theirs.getDelegatedTask(); task != null; ) {
          task.run();
          task = theirs.getDelegatedTask();
        }
      } while (result.bytesConsumed() > 0
          || result.getHandshakeStatus() == SSLEngineResult.HandshakeStatus.NEED_TASK);
      toThem.compact();
      return Arrays.copyOf(all.array(), all.position());
    }

    private static SSLContext context(ClientCertificate identity) throws Exception {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      X509Certificate[] chain = identity.chain().toArray(new X509Certificate[0]);
      store.setKeyEntry("server", identity.key(), PASSWORD, chain);
      store.setCertificateEntry("trusted", chain[0]);
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(store, PASSWORD);
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), trust.getTrustManagers(), new SecureRandom());
      return context;
    }
  }
}

package dev.adit.anyconnect.dtls;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.HotSpotDiagnosticMXBean;
import dev.adit.anyconnect.dtls.DtlsParameters.Form;
import dev.adit.api.secret.SecretBytes;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** Keys that were used are gone: from ciphers that are closed, and from the heap with them. */
class KeysForgottenTest {
  private static final byte[] CONTENT = new byte[40];

  /** Whatever the heap dump shows of a secret, the test itself must not have put there. */
  private static final byte MASK = 0x55;

  /** A closed cipher seals as one does whose keys are zeros: it has no others. */
  @ParameterizedTest
  @EnumSource
  void aClosedCipherHasZerosForKeys(Suite suite) throws Exception {
    boolean mac = suite.macKeyBytes() > 0;
    byte[] key = filled(suite.keyBytes(), 1);
    byte[] other = filled(mac ? suite.macKeyBytes() : suite.bulk().fixedIvBytes(), 2);
    RecordCipher used = cipher(suite, key, other);
    byte[] byZeros = sealed(cipher(suite, new byte[key.length], new byte[other.length]), suite);
    assertThat(sealed(used, suite)).isNotEqualTo(byZeros);
    used.close();
    assertThat(sealed(used, suite)).isEqualTo(byZeros);
  }

  /** Both ends of an association that was up, and whose engines are still held. */
  @ParameterizedTest
  @EnumSource(
      mode = Mode.INCLUDE,
      names = {"PSK_AES_256_GCM", "RSA_AES_256_GCM", "RSA_AES_256_SHA"})
  void nothingInTheHeapKnowsAKeyOfAClosedEngine(Suite suite, @TempDir Path directory)
      throws IOException {
    Form form = Wire.form(suite);
    SecretBytes secret = SecretBytes.owning(filled(form == Form.PSK_NEGOTIATE ? 32 : 48, 77));
    Wire wire = wire(form, suite, secret);
    Map<String, byte[]> masked = masked(associated(wire), form, suite, secret);
    assertThat(found(directory.resolve("before.hprof"), masked)).contains("secret", "client key");
    wire.client.engine.close();
    wire.server.engine.close();
    secret.close();
    assertThat(found(directory.resolve("after.hprof"), masked)).isEmpty();
    assertThat(wire.client.isReady() && wire.server.isReady()).as("still held").isTrue();
  }

  private static RecordCipher cipher(Suite suite, byte[] key, byte[] other) throws Exception {
    return suite.macKeyBytes() == 0
        ? new AeadRecordCipher(suite.bulk(), Dialect.DTLS_1_2, key, other)
        : new CbcRecordCipher(suite.bulk(), Dialect.DTLS_1_2, key, other, new FixedRandom(""));
  }

  private static byte[] sealed(RecordCipher cipher, Suite suite) {
    byte[] bytes = new byte[256];
    System.arraycopy(CONTENT, 0, bytes, suite.bulk().explicitBytes(), CONTENT.length);
    int type = RecordHeader.APPLICATION_DATA;
    return Arrays.copyOf(bytes, cipher.seal(bytes, 0, CONTENT.length, type, 1));
  }

  private static Wire wire(Form form, Suite suite, SecretBytes secret) {
    byte[] id = filled(32, 9);
    DtlsParameters parameters =
        new DtlsParameters(
            form,
            List.of(suite),
            id,
            () -> SecretBytes.copyOf(secret.expose(), 0, secret.length()));
    DtlsTimers quiet = new DtlsTimers(0, 0, 0);
    return new Wire(
        DtlsEngine.client(parameters, quiet, new FixedRandom("a1"), Optional.empty()),
        DtlsEngine.server(parameters, quiet, new FixedRandom("b2"), Optional.empty()));
  }

  /** Shakes hands and sends a packet each way; returns both randoms, the client's first. */
  private static byte[] associated(Wire wire) {
    byte[] randoms = new byte[64];
    wire.client.loses = hello -> seen(hello, randoms, 0);
    wire.server.loses = hello -> seen(hello, randoms, 32);
    wire.start();
    wire.client.sendPacket(CONTENT);
    wire.server.sendPacket(CONTENT);
    wire.settle();
    assertThat(wire.client.received).hasSize(1);
    assertThat(wire.server.received).hasSize(1);
    return randoms;
  }

  /** The random of a hello stands behind the headers of record and message, and the version. */
  private static boolean seen(byte[] datagram, byte[] randoms, int at) {
    if (randoms[at] == 0) {
      System.arraycopy(datagram, RecordHeader.BYTES + 12 + 2, randoms, at, 32);
    }
    return false;
  }

  /** All secrets of an association by name, computed anew, and each byte of them masked. */
  private static Map<String, byte[]> masked(
      byte[] randoms, Form form, Suite suite, SecretBytes secret) {
    byte[] client = Arrays.copyOf(randoms, 32);
    byte[] server = Arrays.copyOfRange(randoms, 32, 64);
    Prf prf = suite.prf(form.dialect());
    byte[] master = secret.expose().clone();
    if (form == Form.PSK_NEGOTIATE) {
      ByteBuffer premaster = ByteBuffer.allocate(4 + 2 * master.length);
      premaster.putShort((short) master.length).position(2 + master.length);
      premaster.putShort((short) master.length).put(master);
      master = prf.expand(premaster.array(), "master secret", randoms, 48);
    }
    byte[] seed = Arrays.copyOf(server, 64);
    System.arraycopy(client, 0, seed, 32, 32);
    int mac = suite.macKeyBytes();
    int key = suite.keyBytes();
    byte[] block = prf.expand(master, "key expansion", seed, 2 * (mac + key));
    Map<String, byte[]> all = new LinkedHashMap<>();
    all.put("secret", secret.expose().clone());
    all.put("master secret", master);
    all.put("client key", Arrays.copyOfRange(block, 2 * mac, 2 * mac + key));
    all.put("server key", Arrays.copyOfRange(block, 2 * mac + key, 2 * (mac + key)));
    if (mac > 0) {
      all.put("client MAC key", Arrays.copyOf(block, mac));
      all.put("server MAC key", Arrays.copyOfRange(block, mac, 2 * mac));
    }
    for (byte[] bytes : all.values()) {
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] ^= MASK;
      }
    }
    return all;
  }

  /** Names of those whose first 16 bytes stand somewhere in the heap's living objects. */
  private static List<String> found(Path dump, Map<String, byte[]> masked) throws IOException {
    ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
        .dumpHeap(dump.toString(), true);
    byte[] heap = Files.readAllBytes(dump);
    for (int i = 0; i < heap.length; i++) {
      heap[i] ^= MASK;
    }
    List<String> found = new ArrayList<>();
    masked.forEach(
        (name, bytes) -> {
          if (contains(heap, bytes)) {
            found.add(name);
          }
        });
    return found;
  }

  private static boolean contains(byte[] heap, byte[] masked) {
    for (int i = 0; i + 16 <= heap.length; i++) {
      if (heap[i] == masked[0] && Arrays.equals(heap, i, i + 16, masked, 0, 16)) {
        return true;
      }
    }
    return false;
  }

  private static byte[] filled(int length, int seed) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }
}

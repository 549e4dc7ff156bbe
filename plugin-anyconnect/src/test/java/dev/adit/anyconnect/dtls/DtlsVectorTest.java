package dev.adit.anyconnect.dtls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.api.secret.SecretBytes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each suite against src/test/scripts/dtls_vectors.py, which computes key blocks, Finished values
 * and a record without a line of ours; the inputs are told there.
 */
class DtlsVectorTest {
  private static final HexFormat HEX = HexFormat.of();
  private static final byte[] CLIENT_RANDOM = filled(0xc0);
  private static final byte[] SERVER_RANDOM = filled(0x50);
  private static final byte[] CONTENT = "\0hello dtls 0.9".getBytes(StandardCharsets.US_ASCII);
  private static final String IV = "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff";

  /** One line of the file. */
  record Vector(
      Suite suite,
      DtlsParameters.Form form,
      String master,
      String keyBlock,
      String serverFinished,
      String clientFinished,
      String record) {
    private static Vector of(String line) {
      String[] part = line.split(" ", 7);
      return new Vector(
          Suite.valueOf(part[0]),
          DtlsParameters.Form.valueOf(part[1]),
          part[2],
          part[3],
          part[4],
          part[5],
          part[6]);
    }

    private byte[] masterSecret() {
      return HEX.parseHex(master);
    }

    @Override
    public String toString() {
      return suite + " " + form;
    }
  }

  static Stream<Vector> vectors() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(DtlsVectorTest.class.getResourceAsStream("/dtls-vectors.txt"))) {
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII).lines().map(Vector::of);
    }
  }

  @Test
  void noSuiteIsForgotten() throws IOException {
    assertThat(vectors().map(Vector::suite)).contains(Suite.values());
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void expandsTheKeyBlock(Vector vector) {
    byte[] seed = Arrays.copyOf(SERVER_RANDOM, 64);
    System.arraycopy(CLIENT_RANDOM, 0, seed, 32, 32);
    byte[] block =
        vector
            .suite()
            .prf(vector.form().dialect())
            .expand(vector.masterSecret(), "key expansion", seed, vector.keyBlock().length() / 2);
    assertThat(HEX.formatHex(block)).isEqualTo(vector.keyBlock());
  }

  /** From the PSK, or with the session's secret, whichever the form has. */
  @ParameterizedTest
  @MethodSource("vectors")
  void computesBothFinishedValues(Vector vector) {
    boolean psk = vector.form() == DtlsParameters.Form.PSK_NEGOTIATE;
    byte[] secret = psk ? counting(0x40, 32) : counting(0, 48);
    DtlsParameters parameters =
        new DtlsParameters(
            vector.form(),
            List.of(vector.suite()),
            counting(0x80, 32),
            () -> SecretBytes.copyOf(secret, 0, secret.length));
    try (KeySchedule schedule = new KeySchedule(parameters)) {
      schedule.deriveMaster(vector.suite(), CLIENT_RANDOM, SERVER_RANDOM);
      String version = "%04x".formatted(vector.form().dialect().version());
      String id = "20" + HEX.formatHex(counting(0x80, 32));
      String suite = "%04x".formatted(vector.suite().id());
      String hello = version + HEX.formatHex(CLIENT_RANDOM) + id + "00" + "0002" + suite + "0100";
      String answer = version + HEX.formatHex(SERVER_RANDOM) + id + suite + "00";
      schedule.hash(HandshakeMessage.of(HandshakeMessage.CLIENT_HELLO, 0, HEX.parseHex(hello)));
      schedule.hash(HandshakeMessage.of(HandshakeMessage.SERVER_HELLO, 0, HEX.parseHex(answer)));
      byte[] server = schedule.serverVerify(vector.suite());
      assertThat(HEX.formatHex(server)).isEqualTo(vector.serverFinished());
      schedule.hash(HandshakeMessage.of(HandshakeMessage.FINISHED, 2, server));
      assertThat(HEX.formatHex(schedule.clientVerify(vector.suite())))
          .isEqualTo(vector.clientFinished());
    }
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void sealsTheRecord(Vector vector) {
    RecordLayer records = records(vector, keys(vector));
    byte[] bytes = new byte[256];
    records.seal(bytes, records.before(), 1, RecordHeader.HANDSHAKE);
    System.arraycopy(CONTENT, 0, bytes, records.before(), CONTENT.length);
    int length =
        records.seal(bytes, records.before(), CONTENT.length, RecordHeader.APPLICATION_DATA);
    assertThat(HEX.formatHex(bytes, 0, length)).isEqualTo(vector.record());
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void opensTheRecordAndNoOther(Vector vector) {
    byte[] record = HEX.parseHex(vector.record());
    for (int damaged = 0; damaged < record.length; damaged++) {
      byte[] other = record.clone();
      // Not 1: that would make epoch 0 of it, whose records are not sealed at all.
      other[damaged] ^= 2;
      assertThat(open(vector, other, new RecordLayer.Opened()))
          .as("byte %d", damaged)
          .isNotEqualTo(RecordLayer.Verdict.GOOD);
    }
    RecordLayer.Opened opened = new RecordLayer.Opened();
    assertThat(open(vector, record, opened)).isEqualTo(RecordLayer.Verdict.GOOD);
    assertThat(
            Arrays.copyOfRange(record, opened.contentAt, opened.contentAt + opened.contentLength))
        .isEqualTo(CONTENT);
  }

  /** On the side that receives what a client sent. */
  private static RecordLayer.Verdict open(Vector vector, byte[] record, RecordLayer.Opened opened) {
    KeyBlock keys = keys(vector);
    RecordLayer records = new RecordLayer(vector.form().dialect());
    records.protect(vector.suite(), keys.serverToClient(), keys.clientToServer());
    return records.open(record, 0, record.length, opened);
  }

  private static RecordLayer records(Vector vector, KeyBlock keys) {
    RecordLayer records = new RecordLayer(vector.form().dialect());
    records.protect(vector.suite(), keys.clientToServer(), keys.serverToClient());
    return records;
  }

  /** Every IV that is drawn is the one of the vectors. */
  private static KeyBlock keys(Vector vector) {
    String iv = IV.substring(0, 2 * Math.max(1, vector.suite().bulk().explicitBytes()));
    return KeyBlock.derive(
        vector.suite(),
        vector.form().dialect(),
        vector.masterSecret(),
        CLIENT_RANDOM,
        SERVER_RANDOM,
        new FixedRandom(iv.repeat(64)));
  }

  private static byte[] counting(int from, int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (from + i);
    }
    return bytes;
  }

  private static byte[] filled(int value) {
    byte[] bytes = new byte[32];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }
}

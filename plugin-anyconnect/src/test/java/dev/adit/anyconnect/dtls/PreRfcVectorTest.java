package dev.adit.anyconnect.dtls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.api.secret.SecretBytes;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The pre-RFC dialect against values computed by another implementation, whose key schedule was
 * checked with OpenSSL's TLS1-PRF and whose records were decrypted from a live session of
 * openconnect 9.01 with ocserv 1.1.6.
 */
class PreRfcVectorTest {
  private static final HexFormat HEX = HexFormat.of();
  private static final byte[] MASTER = counting(0x00, 48);
  private static final byte[] SESSION_ID = counting(0x80, 32);
  private static final byte[] CLIENT_RANDOM = filled(0xc0, 32);
  private static final byte[] SERVER_RANDOM = filled(0x50, 32);
  private static final String IV = "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff";

  @Test
  void expandsTheKeyBlockOfAes256() {
    byte[] seed = Arrays.copyOf(SERVER_RANDOM, 64);
    System.arraycopy(CLIENT_RANDOM, 0, seed, 32, 32);
    byte[] block = Prf.LEGACY.expand(MASTER, "key expansion", seed, 2 * (20 + 32));
    assertThat(HEX.formatHex(block))
        .isEqualTo(
            "dd1fdf4e25b9baa0c2e987e65341ded6c698cd5d" // client MAC
                + "dfd0691c9806954c6fe72d67ad20a4dec104f597" // server MAC
                + "05bdaa65aa33cfbddaa4f163a5e8300e3c0f230bf43592dcf975078a05f74b07" // client key
                + "4ee26d0928ee36f8898331e088fa1f85858e72d6120dd36a18565fb1f2952e6e"); // server key
  }

  @Test
  void computesBothFinishedValues() {
    assertFinished(Suite.RSA_AES_256_SHA, "77eb0af6053b7007c8b492e8", "92e6621694c0760026b47f50");
    assertFinished(Suite.RSA_AES_128_SHA, "63ca126d84131b990a9fe7d8", "66f468113c23d690ce387061");
  }

  @Test
  void sealsTheApplicationRecordOfAes256() {
    assertThat(sealed(Suite.RSA_AES_256_SHA))
        .isEqualTo(
            "170100" // application data, version 01 00
                + "0001000000000001" // epoch 1, sequence 1
                + "0040" // length
                + IV
                + "d9677aeed53494a4f4de2f6c677f3eb9c175897247b5cef18f6332ae043cbda2"
                + "013fa7a55b4732d106677173aafa7fc9");
  }

  @Test
  void sealsTheApplicationRecordOfAes128() {
    assertThat(sealed(Suite.RSA_AES_128_SHA))
        .isEqualTo(
            "1701000001000000000001"
                + "0040"
                + IV
                + "f9953cdaf0f4ff833c33b8c1c7ea0d4002edfe013636619c1d4f84b5c4ed7763"
                + "9e53a3ef6fc40fa32c99af4f7777bc21");
  }

  @Test
  void sealsTheClientFinishedRecord() {
    RecordLayer records = records(Suite.RSA_AES_256_SHA);
    byte[] message =
        HandshakeMessage.of(HandshakeMessage.FINISHED, 2, HEX.parseHex("92e6621694c0760026b47f50"))
            .bytes();
    byte[] record = new byte[256];
    System.arraycopy(message, 0, record, records.before(), message.length);
    int length = records.seal(record, records.before(), message.length, RecordHeader.HANDSHAKE);
    assertThat(HEX.formatHex(record, 0, length))
        .isEqualTo(
            "1601000001000000000000"
                + "0040"
                + IV
                + "b95d175323af2f8ea6087e837c07bed40075b526b5f1fcd2e6edfd15054ef300"
                + "b56c0ae15e70cb2ab5a4a02bbf14d785");
  }

  private static String sealed(Suite suite) {
    RecordLayer records = records(suite);
    byte[] scratch = new byte[256];
    records.seal(scratch, records.before(), 1, RecordHeader.HANDSHAKE);
    byte[] content = HEX.parseHex("00" + "68656c6c6f2064746c7320302e39"); // 0, "hello dtls 0.9"
    byte[] record = new byte[256];
    System.arraycopy(content, 0, record, records.before(), content.length);
    int length =
        records.seal(record, records.before(), content.length, RecordHeader.APPLICATION_DATA);
    return HEX.formatHex(record, 0, length);
  }

  /** Every IV is the one of the vectors. */
  private static RecordLayer records(Suite suite) {
    RecordLayer records = new RecordLayer(Dialect.PRE_RFC);
    KeyBlock keys =
        KeyBlock.derive(
            suite,
            Dialect.PRE_RFC,
            MASTER,
            CLIENT_RANDOM,
            SERVER_RANDOM,
            new FixedRandom(IV.repeat(64)));
    records.protect(suite, keys.clientToServer(), keys.serverToClient());
    return records;
  }

  private static void assertFinished(Suite suite, String server, String client) {
    DtlsParameters parameters =
        new DtlsParameters(
            DtlsParameters.Form.PRE_RFC,
            List.of(suite),
            SESSION_ID,
            () -> SecretBytes.copyOf(MASTER, 0, MASTER.length));
    try (KeySchedule schedule = new KeySchedule(parameters)) {
      schedule.deriveMaster(suite, CLIENT_RANDOM, SERVER_RANDOM);
      String id = HEX.formatHex(SESSION_ID);
      String number = "%04x".formatted(suite.id());
      String hello =
          "0100" + HEX.formatHex(CLIENT_RANDOM) + "20" + id + "00" + "0002" + number + "0100";
      String answer = "0100" + HEX.formatHex(SERVER_RANDOM) + "20" + id + number + "00";
      schedule.hash(HandshakeMessage.of(HandshakeMessage.CLIENT_HELLO, 0, HEX.parseHex(hello)));
      schedule.hash(HandshakeMessage.of(HandshakeMessage.SERVER_HELLO, 0, HEX.parseHex(answer)));
      byte[] serverVerify = schedule.serverVerify(suite);
      assertThat(HEX.formatHex(serverVerify)).isEqualTo(server);
      schedule.hash(HandshakeMessage.of(HandshakeMessage.FINISHED, 2, serverVerify));
      assertThat(HEX.formatHex(schedule.clientVerify(suite))).isEqualTo(client);
    }
  }

  private static byte[] counting(int from, int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (from + i);
    }
    return bytes;
  }

  private static byte[] filled(int value, int length) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }
}

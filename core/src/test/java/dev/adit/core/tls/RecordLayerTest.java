package dev.adit.core.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.ContentType;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.TlsClientProtocol;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.crypto.TlsDecodeResult;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a peer may send that ours do not: padding, nothing at all, records that are too short. */
class RecordLayerTest {
  private static final short NONE = 0;
  private static final byte[] CONTENT = {1, 2, 3, 0, 0};

  private final RecordBuffers sent = new RecordBuffers(new TlsClientProtocol());
  private final RecordBuffers received = new RecordBuffers(new TlsClientProtocol());
  private final byte[] to = new byte[TlsEngine.ROOM_BYTES + 9];

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 200, 16_379})
  void paddingIsCutOff(int padding) throws Exception {
    byte[] inner = Arrays.copyOf(CONTENT, CONTENT.length + 1 + padding);
    inner[CONTENT.length] = (byte) ContentType.application_data;
    // A last zero more is the type that it writes itself.
    byte[] inner13 = Arrays.copyOf(inner, inner.length - 1);
    TlsDecodeResult result =
        padding == 0
            ? open(true, record(true, ContentType.application_data, CONTENT))
            : open(true, record(true, NONE, inner13));
    assertThat(result.contentType).isEqualTo(ContentType.application_data);
    assertThat(result.len).isZero();
    assertThat(received.takeOpened()).isEqualTo(CONTENT.length);
    assertThat(Arrays.copyOfRange(to, 9, 9 + CONTENT.length)).isEqualTo(CONTENT);
    assertThat(received.takeOpened()).isZero();
  }

  /** Handshake and alerts are the library's to read. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatIsNoDataIsTheLibrarys(boolean isTls13) throws Exception {
    TlsDecodeResult result = open(isTls13, record(isTls13, ContentType.alert, CONTENT));
    assertThat(result.contentType).isEqualTo(ContentType.alert);
    assertThat(Arrays.copyOfRange(result.buf, result.off, result.off + result.len))
        .isEqualTo(CONTENT);
    assertThat(received.takeOpened()).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 500})
  void zerosAloneAreNoRecord(int zeros) throws Exception {
    byte[] record = record(true, NONE, new byte[zeros]);
    assertAlert(AlertDescription.unexpected_message, true, record);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void everyByteIsAuthenticated(boolean isTls13) throws Exception {
    byte[] record = record(isTls13, ContentType.application_data, CONTENT);
    for (int i = 0; i < record.length; i++) {
      byte[] damaged = record.clone();
      damaged[i] ^= 0x10;
      if (i != 3 && i != 4) { // the length, which is whatever there is
        assertAlert(AlertDescription.bad_record_mac, isTls13, damaged);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatIsTooShortIsRefused(boolean isTls13) throws Exception {
    byte[] record = record(isTls13, ContentType.application_data, new byte[0]);
    for (int length = 5; length < record.length; length++) {
      assertAlert(AlertDescription.decode_error, isTls13, Arrays.copyOf(record, length));
    }
    if (isTls13) {
      assertThat(open(true, record).contentType).isEqualTo(ContentType.application_data);
    }
  }

  private void assertAlert(short alert, boolean isTls13, byte[] record) {
    assertThatThrownBy(() -> open(isTls13, record))
        .isInstanceOfSatisfying(
            TlsFatalAlert.class, e -> assertThat(e.getAlertDescription()).isEqualTo(alert));
    assertThat(received.takeOpened()).isZero();
  }

  /** One record as it goes to the wire. */
  private byte[] record(boolean isTls13, short type, byte[] content) throws IOException {
    layer(isTls13, sent)
        .encodePlaintext(7, type, ProtocolVersion.TLSv12, 5, content, 0, content.length);
    int length = sent.available();
    int at = sent.take(length);
    return Arrays.copyOfRange(sent.wire(), at, at + length);
  }

  private TlsDecodeResult open(boolean isTls13, byte[] record) throws IOException {
    received.openInto(to, 9);
    short type = (short) (record[0] & 0xff);
    ProtocolVersion version = ProtocolVersion.get(record[1] & 0xff, record[2] & 0xff);
    return layer(isTls13, received)
        .decodeCiphertext(7, type, version, record, 5, record.length - 5);
  }

  private static RecordLayer layer(boolean isTls13, RecordBuffers buffers) throws IOException {
    RecordKeys keys =
        new RecordKeys() {
          @Override
          public RecordCipher first(int mode) {
            try {
              return new RecordCipher(mode, new byte[16], new byte[isTls13 ? 12 : 4]);
            } catch (GeneralSecurityException e) {
              throw new AssertionError(e);
            }
          }

          @Override
          public RecordCipher next(int mode) {
            throw new AssertionError("mode " + mode + " of " + Cipher.ENCRYPT_MODE);
          }
        };
    return new RecordLayer(keys, isTls13, buffers);
  }
}

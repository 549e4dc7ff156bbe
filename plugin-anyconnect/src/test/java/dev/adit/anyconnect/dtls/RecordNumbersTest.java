package dev.adit.anyconnect.dtls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** A key seals no two records under one number: sealing ends before the numbers do. */
class RecordNumbersTest {
  private static final int CONTENT_AT = 64;

  @Test
  void endBeforeTheyBeginAnew() {
    RecordLayer records = new RecordLayer(Dialect.DTLS_1_2, RecordLayer.LAST_NUMBER);
    records.protect(Suite.RSA_AES_128_GCM, new Copy(), new Copy());
    byte[] bytes = new byte[256];
    records.seal(bytes, CONTENT_AT, 10, RecordHeader.APPLICATION_DATA);
    long number = RecordHeader.epochAndSequence(bytes, CONTENT_AT - records.before());
    assertThat(number).isEqualTo(1L << 48 | RecordLayer.LAST_NUMBER);
    assertThatThrownBy(() -> records.seal(bytes, CONTENT_AT, 10, RecordHeader.APPLICATION_DATA))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("sequence numbers used up");
    assertThat(RecordLayer.LAST_NUMBER).isLessThan((1L << 48) - 1);
  }

  /** Seals nothing. */
  private static final class Copy implements RecordCipher {
    @Override
    public int seal(byte[] bytes, int body, int plaintextLength, int type, long number) {
      return plaintextLength;
    }

    @Override
    public int open(byte[] bytes, int body, int bodyLength, int type, long number) {
      return bodyLength;
    }

    @Override
    public void close() {}
  }
}

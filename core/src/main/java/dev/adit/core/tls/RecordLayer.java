package dev.adit.core.tls;

import static org.bouncycastle.tls.AlertDescription.bad_record_mac;
import static org.bouncycastle.tls.AlertDescription.decode_error;
import static org.bouncycastle.tls.AlertDescription.unexpected_message;

import java.io.IOException;
import javax.crypto.Cipher;
import org.bouncycastle.tls.ContentType;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.crypto.TlsCipher;
import org.bouncycastle.tls.crypto.TlsDecodeResult;
import org.bouncycastle.tls.crypto.TlsEncodeResult;

/**
 * AES-GCM for both directions of a connection, TLS 1.2 (RFC 5246 §6.2.3.3) and 1.3 (RFC 8446 §5.2).
 * The library keeps numbers, keys' changes and alerts; records are sealed into and opened into
 * {@link RecordBuffers}, so that a packet is neither given an array nor put into a queue.
 */
final class RecordLayer implements TlsCipher, AutoCloseable {
  private final RecordKeys keys;
  private final RecordBuffers buffers;
  private final boolean isTls13;

  /** Of 1.2: number, type, version, length. Of 1.3: the record's header. */
  private final byte[] associated;

  private RecordCipher sealer;
  private RecordCipher opener;

  RecordLayer(RecordKeys keys, boolean isTls13, RecordBuffers buffers) throws IOException {
    this.keys = keys;
    this.isTls13 = isTls13;
    this.buffers = buffers;
    this.associated = new byte[isTls13 ? RecordBuffers.HEADER_BYTES : 13];
    this.sealer = keys.first(Cipher.ENCRYPT_MODE);
    this.opener = keys.first(Cipher.DECRYPT_MODE);
  }

  @Override
  public TlsEncodeResult encodePlaintext(
      long number,
      short type,
      ProtocolVersion version,
      int headerBytes,
      byte[] plaintext,
      int offset,
      int length) {
    int explicit = sealer.explicitBytes();
    int inner = isTls13 ? length + 1 : length;
    int body = explicit + inner + RecordCipher.TAG_BYTES;
    int at = buffers.append(RecordBuffers.HEADER_BYTES + body);
    byte[] wire = buffers.wire();
    int content = at + RecordBuffers.HEADER_BYTES + explicit;
    System.arraycopy(plaintext, offset, wire, content, length);
    short outer = type;
    if (isTls13) {
      wire[content + length] = (byte) type;
      outer = ContentType.application_data;
    }
    header(wire, at, outer, version, body);
    associate(number, outer, version, isTls13 ? body : length);
    sealer.seal(wire, content, inner, number, associated);
    return new TlsEncodeResult(buffers.mark(), 0, RecordBuffers.HEADER_BYTES, outer);
  }

  @Override
  public TlsDecodeResult decodeCiphertext(
      long number, short type, ProtocolVersion version, byte[] ciphertext, int offset, int length)
      throws IOException {
    int explicit = opener.explicitBytes();
    int inner = getPlaintextDecodeLimit(length);
    if (inner < 0) {
      throw new TlsFatalAlert(decode_error);
    }
    int sealed = length - explicit;
    int room = sealed - RecordCipher.TAG_BYTES;
    int at = buffers.targetOffset(room);
    byte[] target = buffers.target();
    associate(number, type, version, isTls13 ? length : inner);
    int opened = opener.open(ciphertext, offset + explicit, sealed, target, at, number, associated);
    if (opened < 0) {
      throw new TlsFatalAlert(bad_record_mac);
    }
    short innerType = type;
    if (isTls13) {
      // Zeros behind the type are padding.
      do {
        if (--opened < 0) {
          throw new TlsFatalAlert(unexpected_message);
        }
      } while (target[at + opened] == 0);
      innerType = (short) (target[at + opened] & 0xff);
    }
    if (innerType == ContentType.application_data) {
      buffers.opened(opened);
      opened = 0;
    }
    return new TlsDecodeResult(target, at, opened, innerType);
  }

  @Override
  public void rekeyEncoder() throws IOException {
    RecordCipher old = sealer;
    sealer = keys.next(Cipher.ENCRYPT_MODE);
    old.close();
  }

  @Override
  public void rekeyDecoder() throws IOException {
    RecordCipher old = opener;
    opener = keys.next(Cipher.DECRYPT_MODE);
    old.close();
  }

  @Override
  public int getCiphertextDecodeLimit(int plaintextLimit) {
    return plaintextLimit + overhead();
  }

  @Override
  public int getCiphertextEncodeLimit(int plaintextLimit) {
    return plaintextLimit + overhead();
  }

  @Override
  public int getPlaintextDecodeLimit(int ciphertextLimit) {
    return ciphertextLimit - overhead();
  }

  @Override
  public int getPlaintextEncodeLimit(int ciphertextLimit) {
    return ciphertextLimit - overhead();
  }

  @Override
  public boolean usesOpaqueRecordTypeDecode() {
    return isTls13;
  }

  @Override
  public boolean usesOpaqueRecordTypeEncode() {
    return isTls13;
  }

  /** Wipes the keys. */
  @Override
  public void close() {
    sealer.close();
    opener.close();
  }

  /** Bytes of a record that are neither header nor content. */
  private int overhead() {
    return sealer.explicitBytes() + RecordCipher.TAG_BYTES + (isTls13 ? 1 : 0);
  }

  private void associate(long number, short type, ProtocolVersion version, int length) {
    int at = associated.length - RecordBuffers.HEADER_BYTES;
    if (at > 0) {
      TlsUtils.writeUint64(number, associated, 0);
    }
    header(associated, at, type, version, length);
  }

  private static void header(byte[] to, int at, short type, ProtocolVersion version, int length) {
    TlsUtils.writeUint8(type, to, at);
    TlsUtils.writeVersion(version, to, at + 1);
    TlsUtils.writeUint16(length, to, at + 3);
  }
}

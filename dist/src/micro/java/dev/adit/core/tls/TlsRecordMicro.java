package dev.adit.core.tls;

import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** A record of TLS by the cipher that is kept. */
@State(Scope.Thread)
public class TlsRecordMicro {
  private static final byte[] KEY = new byte[32];
  private static final byte[] IV = new byte[12];

  @Param({"1400", "16384"})
  public int length;

  private RecordCipher sealer;
  private RecordCipher opener;
  private long number;
  private final byte[] associated = new byte[5];
  private final byte[] content = new byte[16384 + 16];
  private final byte[] sealed = new byte[16384 + 16];
  private final byte[] opened = new byte[16384];

  @Setup
  public void key() throws GeneralSecurityException {
    sealer = new RecordCipher(Cipher.ENCRYPT_MODE, KEY, IV);
    opener = new RecordCipher(Cipher.DECRYPT_MODE, KEY, IV);
    sealer.seal(sealed, 0, length, --number, associated);
  }

  @Benchmark
  public int seal() {
    return sealer.seal(content, 0, length, ++number, associated);
  }

  @Benchmark
  public int open() {
    return opener.open(sealed, 0, length + 16, opened, 0, -1, associated);
  }
}

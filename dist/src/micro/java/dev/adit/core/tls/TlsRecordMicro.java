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
  @Param({"1400", "16384"})
  public int length;

  private RecordAead aead;
  private final byte[] nonce = new byte[12];
  private final byte[] associated = new byte[5];
  private final byte[] content = new byte[16384];
  private final byte[] sealed = new byte[16384 + 16];

  @Setup
  public void key() throws GeneralSecurityException {
    aead = new RecordAead(Cipher.ENCRYPT_MODE);
    aead.setKey(new byte[32], 0, 32);
  }

  @Benchmark
  public byte[] seal() throws GeneralSecurityException {
    for (int i = 0; i < 8 && ++nonce[i] == 0; i++) {
      // The next number: none comes twice.
    }
    aead.init(nonce, 16);
    aead.doFinal(associated, content, 0, length, sealed, 0);
    return sealed;
  }
}

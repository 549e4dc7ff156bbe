package dev.adit.core.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.SecurityParameters;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.TlsCryptoUtils;
import org.bouncycastle.tls.crypto.TlsSecret;
import org.bouncycastle.tls.crypto.impl.TlsImplUtils;

/** Where the ciphers of a connection come from; modes as {@link RecordCipher} has them. */
interface RecordKeys {
  /** Those that it begins with: of TLS 1.3, for the rest of the handshake. */
  RecordCipher first(int mode) throws IOException;

  /** Those that it goes on with; TLS 1.3 alone. */
  RecordCipher next(int mode) throws IOException;

  /** By what was agreed. */
  static RecordKeys of(TlsCryptoParameters parameters, int keyBytes) {
    return TlsImplUtils.isTLSv13(parameters)
        ? new Scheduled(parameters, keyBytes)
        : new OfOneBlock(parameters, keyBytes);
  }

  /** RFC 8446 §7.3. */
  record Scheduled(TlsCryptoParameters parameters, int keyBytes) implements RecordKeys {
    private static final int IV_BYTES = 12;
    private static final byte[] EMPTY = {};

    @Override
    public RecordCipher first(int mode) throws IOException {
      return cipher(mode, parameters.getSecurityParametersHandshake());
    }

    @Override
    public RecordCipher next(int mode) throws IOException {
      return cipher(mode, parameters.getSecurityParametersConnection());
    }

    private RecordCipher cipher(int mode, SecurityParameters security) throws IOException {
      TlsSecret secret =
          isServers(mode, parameters)
              ? security.getTrafficSecretServer()
              : security.getTrafficSecretClient();
      if (secret == null) {
        throw new TlsFatalAlert(AlertDescription.internal_error);
      }
      int hash = security.getPRFCryptoHashAlgorithm();
      return RecordKeys.cipher(
          mode,
          TlsCryptoUtils.hkdfExpandLabel(secret, hash, "key", EMPTY, keyBytes).extract(),
          TlsCryptoUtils.hkdfExpandLabel(secret, hash, "iv", EMPTY, IV_BYTES).extract());
    }
  }

  /** RFC 5246 §6.3: both keys, then both IVs, the client's first. */
  record OfOneBlock(TlsCryptoParameters parameters, int keyBytes) implements RecordKeys {
    private static final int FIXED_IV_BYTES = 4;

    @Override
    public RecordCipher first(int mode) throws IOException {
      byte[] block = TlsImplUtils.calculateKeyBlock(parameters, 2 * (keyBytes + FIXED_IV_BYTES));
      boolean servers = isServers(mode, parameters);
      int key = servers ? keyBytes : 0;
      int iv = 2 * keyBytes + (servers ? FIXED_IV_BYTES : 0);
      try {
        return RecordKeys.cipher(
            mode,
            Arrays.copyOfRange(block, key, key + keyBytes),
            Arrays.copyOfRange(block, iv, iv + FIXED_IV_BYTES));
      } finally {
        Arrays.fill(block, (byte) 0);
      }
    }

    @Override
    public RecordCipher next(int mode) throws IOException {
      throw new TlsFatalAlert(AlertDescription.internal_error);
    }
  }

  /** Whether it is the server who seals with it. */
  private static boolean isServers(int mode, TlsCryptoParameters parameters) {
    return parameters.isServer() == (mode == Cipher.ENCRYPT_MODE);
  }

  /** Wipes what it is given. */
  private static RecordCipher cipher(int mode, byte[] key, byte[] iv) throws TlsFatalAlert {
    try {
      return new RecordCipher(mode, key, iv);
    } catch (GeneralSecurityException e) {
      throw new TlsFatalAlert(AlertDescription.internal_error, e);
    } finally {
      Arrays.fill(key, (byte) 0);
      Arrays.fill(iv, (byte) 0);
    }
  }
}

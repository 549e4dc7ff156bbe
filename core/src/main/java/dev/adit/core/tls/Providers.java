package dev.adit.core.tls;

import java.io.IOException;
import java.security.SecureRandom;
import java.security.Security;
import org.bouncycastle.jcajce.util.JcaJceHelper;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.tls.EncryptionAlgorithm;
import org.bouncycastle.tls.crypto.TlsCipher;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCrypto;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCryptoProvider;

/** Where the cryptography comes from. */
final class Providers {
  static {
    if (Security.getProvider(BouncyCastleProvider.PROVIDER_NAME) == null) {
      // Behind the JDK's own: names that those lack (RSA-PSS as TLS spells it) are found here.
      Security.addProvider(new BouncyCastleProvider());
    }
  }

  private Providers() {}

  /** Has this class's initializer run. */
  static void install() {}

  /** For a connection whose records have such buffers. */
  static JcaTlsCrypto crypto(RecordBuffers buffers) {
    return new JcaTlsCryptoProvider() {
      @Override
      public JcaTlsCrypto create(SecureRandom keys, SecureRandom nonces) {
        return new QuickCrypto(getHelper(), getAltHelper(), keys, nonces, buffers);
      }
    }.create(new SecureRandom());
  }

  /** The library's, with {@link RecordLayer} for the records of most connections. */
  private static final class QuickCrypto extends JcaTlsCrypto {
    private final RecordBuffers buffers;

    private QuickCrypto(
        JcaJceHelper helper,
        JcaJceHelper other,
        SecureRandom keys,
        SecureRandom nonces,
        RecordBuffers buffers) {
      super(helper, other, keys, nonces);
      this.buffers = buffers;
    }

    @Override
    public TlsCipher createCipher(TlsCryptoParameters parameters, int encryption, int mac)
        throws IOException {
      return switch (encryption) {
        case EncryptionAlgorithm.AES_128_GCM -> buffers.layer(parameters, 16);
        case EncryptionAlgorithm.AES_256_GCM -> buffers.layer(parameters, 32);
        default -> super.createCipher(parameters, encryption, mac);
      };
    }
  }
}

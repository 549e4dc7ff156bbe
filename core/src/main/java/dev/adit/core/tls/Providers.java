package dev.adit.core.tls;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.Security;
import javax.crypto.Cipher;
import org.bouncycastle.jcajce.util.JcaJceHelper;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.tls.crypto.impl.TlsAEADCipherImpl;
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

  static JcaTlsCrypto crypto() {
    return new JcaTlsCryptoProvider() {
      @Override
      public JcaTlsCrypto create(SecureRandom keys, SecureRandom nonces) {
        return new QuickCrypto(getHelper(), getAltHelper(), keys, nonces);
      }
    }.create(new SecureRandom());
  }

  /** The library's, with {@link RecordAead} for the records of most connections. */
  private static final class QuickCrypto extends JcaTlsCrypto {
    private QuickCrypto(
        JcaJceHelper helper, JcaJceHelper other, SecureRandom keys, SecureRandom nonces) {
      super(helper, other, keys, nonces);
    }

    @Override
    protected TlsAEADCipherImpl createAEADCipher(
        String name, String algorithm, int keyBytes, boolean encrypting)
        throws GeneralSecurityException {
      return name.equals(RecordAead.NAME) && algorithm.equals("AES")
          ? new RecordAead(encrypting ? Cipher.ENCRYPT_MODE : Cipher.DECRYPT_MODE)
          : super.createAEADCipher(name, algorithm, keyBytes, encrypting);
    }
  }
}

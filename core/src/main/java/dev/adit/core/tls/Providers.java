package dev.adit.core.tls;

import java.security.SecureRandom;
import java.security.Security;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
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
    return new JcaTlsCryptoProvider().create(new SecureRandom());
  }
}

package dev.adit.core.tls;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.ProviderException;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.SignatureAlgorithm;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;
import org.bouncycastle.tls.SignatureScheme;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.crypto.TlsSigner;
import org.bouncycastle.tls.crypto.TlsStreamSigner;

/**
 * Signs in TLS with any key that the JDK's {@link Signature} knows, handles of tokens included: the
 * whole message is given to it, because a token need not take a hash that was made outside.
 */
final class KeySigner implements TlsSigner {
  private final PrivateKey key;

  KeySigner(PrivateKey key) {
    this.key = key;
  }

  @Override
  public byte[] generateRawSignature(SignatureAndHashAlgorithm algorithm, byte[] hash)
      throws IOException {
    throw new TlsFatalAlert(AlertDescription.internal_error);
  }

  @Override
  public TlsStreamSigner getStreamSigner(SignatureAndHashAlgorithm algorithm) {
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    return new TlsStreamSigner() {
      @Override
      public OutputStream getOutputStream() {
        return message;
      }

      @Override
      public byte[] getSignature() throws IOException {
        return sign(algorithm, message.toByteArray());
      }
    };
  }

  private byte[] sign(SignatureAndHashAlgorithm algorithm, byte[] message) throws IOException {
    try {
      Signature signature = initialised(SignatureScheme.from(algorithm));
      signature.update(message);
      return signature.sign();
    } catch (GeneralSecurityException | ProviderException e) {
      throw new TlsFatalAlert(AlertDescription.internal_error, new KeyRemovedException());
    }
  }

  private Signature initialised(int scheme) throws GeneralSecurityException {
    int bits =
        switch (scheme) {
          case SignatureScheme.rsa_pss_rsae_sha384,
              SignatureScheme.rsa_pkcs1_sha384,
              SignatureScheme.ecdsa_secp384r1_sha384 ->
              384;
          case SignatureScheme.rsa_pss_rsae_sha512,
              SignatureScheme.rsa_pkcs1_sha512,
              SignatureScheme.ecdsa_secp521r1_sha512 ->
              512;
          default -> 256;
        };
    String hash = "SHA" + bits;
    if (SignatureScheme.getSignatureAlgorithm(scheme) == SignatureAlgorithm.ecdsa) {
      return with(hash + "withECDSA");
    }
    if (SignatureScheme.getSignatureAlgorithm(scheme) == SignatureAlgorithm.rsa) {
      return with(hash + "withRSA");
    }
    Signature pss = with("RSASSA-PSS");
    // RFC 8446 §4.2.3: the salt is as long as the hash.
    pss.setParameter(
        new PSSParameterSpec(
            "SHA-" + bits, "MGF1", new MGF1ParameterSpec("SHA-" + bits), bits / 8, 1));
    return pss;
  }

  private Signature with(String name) throws GeneralSecurityException {
    Signature signature = Signature.getInstance(name);
    signature.initSign(key);
    return signature;
  }
}

package dev.adit.anyconnect.dtls;

import dev.adit.api.secret.SecretBytes;
import java.io.ByteArrayOutputStream;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * Transcript, master secret, keys and Finished values of one handshake; the same for both sides.
 * Closing wipes the master secret.
 */
final class KeySchedule implements AutoCloseable {
  private static final int MASTER_BYTES = 48;
  private static final int VERIFY_BYTES = 12;

  private final DtlsParameters parameters;
  private final ByteArrayOutputStream transcript = new ByteArrayOutputStream();
  private byte[] master = new byte[0];

  KeySchedule(DtlsParameters parameters) {
    this.parameters = parameters;
  }

  void hash(HandshakeMessage message) {
    transcript.writeBytes(message.hashed(parameters.dialect()));
  }

  /** RFC 6347 §4.2.1: the first ClientHello and the HelloVerifyRequest are not hashed. */
  void forget() {
    transcript.reset();
  }

  /**
   * Computes the master secret: that of the resumed session, or from the PSK as RFC 4279 §2 says,
   * where the premaster secret is as many zeros as the PSK is long, and the PSK.
   */
  void deriveMaster(Suite suite, byte[] clientRandom, byte[] serverRandom) {
    try (SecretBytes secret = parameters.secret()) {
      if (parameters.form() != DtlsParameters.Form.PSK_NEGOTIATE) {
        master = secret.expose().clone();
        return;
      }
      int n = secret.length();
      byte[] premaster = new byte[4 + 2 * n];
      Bytes.put16(premaster, 0, n);
      Bytes.put16(premaster, 2 + n, n);
      System.arraycopy(secret.expose(), 0, premaster, 4 + n, n);
      byte[] seed = Arrays.copyOf(clientRandom, 64);
      System.arraycopy(serverRandom, 0, seed, 32, 32);
      master = prf(suite).expand(premaster, "master secret", seed, MASTER_BYTES);
      Arrays.fill(premaster, (byte) 0);
    }
  }

  KeyBlock keys(Suite suite, byte[] clientRandom, byte[] serverRandom, SecureRandom random) {
    return KeyBlock.derive(suite, parameters.dialect(), master, clientRandom, serverRandom, random);
  }

  /** Contents of the client's Finished, over what was hashed so far. */
  byte[] clientVerify(Suite suite) {
    return verify(suite, "client finished");
  }

  /** Contents of the server's Finished, over what was hashed so far. */
  byte[] serverVerify(Suite suite) {
    return verify(suite, "server finished");
  }

  @Override
  public void close() {
    Arrays.fill(master, (byte) 0);
  }

  private byte[] verify(Suite suite, String label) {
    Prf prf = prf(suite);
    return prf.expand(master, label, prf.hash(transcript.toByteArray()), VERIFY_BYTES);
  }

  private Prf prf(Suite suite) {
    return suite.prf(parameters.dialect());
  }
}

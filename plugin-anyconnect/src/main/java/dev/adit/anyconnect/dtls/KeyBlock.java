package dev.adit.anyconnect.dtls;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * The two directions of a session, cut from {@code PRF(master, "key expansion", server_random ‖
 * client_random)} in the order of RFC 5246 §6.3: MAC keys, keys, fixed IVs, the client's first.
 */
record KeyBlock(RecordCipher clientToServer, RecordCipher serverToClient) {

  static KeyBlock derive(
      Suite suite,
      Dialect dialect,
      byte[] master,
      byte[] clientRandom,
      byte[] serverRandom,
      SecureRandom random) {
    byte[] seed = Arrays.copyOf(serverRandom, serverRandom.length + clientRandom.length);
    System.arraycopy(clientRandom, 0, seed, serverRandom.length, clientRandom.length);
    int mac = suite.macKeyBytes();
    int key = suite.keyBytes();
    int iv = suite.bulk().fixedIvBytes();
    byte[] block = suite.prf(dialect).expand(master, "key expansion", seed, 2 * (mac + key + iv));
    try {
      return new KeyBlock(
          cipher(suite, dialect, block, 0, random), cipher(suite, dialect, block, 1, random));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK lacks what " + suite + " needs", e);
    } finally {
      Arrays.fill(block, (byte) 0);
    }
  }

  private static RecordCipher cipher(
      Suite suite, Dialect dialect, byte[] block, int side, SecureRandom random)
      throws GeneralSecurityException {
    int mac = suite.macKeyBytes();
    int key = suite.keyBytes();
    int iv = suite.bulk().fixedIvBytes();
    byte[] macKey = Arrays.copyOfRange(block, side * mac, (side + 1) * mac);
    int keys = 2 * mac + side * key;
    byte[] cipherKey = Arrays.copyOfRange(block, keys, keys + key);
    int ivs = 2 * (mac + key) + side * iv;
    byte[] fixedIv = Arrays.copyOfRange(block, ivs, ivs + iv);
    try {
      return mac == 0
          ? new AeadRecordCipher(suite.bulk(), dialect, cipherKey, fixedIv)
          : new CbcRecordCipher(suite.bulk(), dialect, cipherKey, macKey, random);
    } finally {
      Arrays.fill(macKey, (byte) 0);
      Arrays.fill(cipherKey, (byte) 0);
      Arrays.fill(fixedIv, (byte) 0);
    }
  }
}

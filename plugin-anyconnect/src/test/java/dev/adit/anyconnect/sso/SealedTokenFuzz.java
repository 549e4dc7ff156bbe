package dev.adit.anyconnect.sso;

import dev.adit.api.error.PeerViolationException;
import dev.adit.api.error.VpnException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;

/** What a browser brings, what a cookie holds beside the session, and what a client proves. */
final class SealedTokenFuzz {
  private static final SsoKey OURS = SsoKey.fresh(new SecureRandom());
  private static final StrapKey BOUND = StrapKey.fresh(new SecureRandom());

  private SealedTokenFuzz() {}

  public static void fuzzerTestOneInput(byte[] data) {
    opens(data);
    opens(withPublicKey(data));
    try {
      String key = new String(data, StandardCharsets.ISO_8859_1);
      StrapKey.parse(key).kept();
    } catch (VpnException e) {
      // No key.
    }
    String junk = Base64.getEncoder().encodeToString(data);
    if (StrapKey.proves(BOUND.header(), data, BOUND.header(), junk)
        || StrapKey.proves(BOUND.header(), data, junk, junk)) {
      throw new AssertionError("a proof without the key");
    }
  }

  private static void opens(byte[] blob) {
    try {
      OURS.open(blob);
      throw new AssertionError("a token that nobody sealed for us");
    } catch (PeerViolationException e) {
      // Malformed, or for another.
    }
  }

  /** Gets past the first field, so that the search need not find a point of the curve. */
  private static byte[] withPublicKey(byte[] rest) {
    byte[] key = OURS.publicKey();
    byte[] blob = new byte[6 + key.length + rest.length];
    blob[1] = 1;
    blob[3] = 1;
    blob[5] = (byte) key.length;
    System.arraycopy(key, 0, blob, 6, key.length);
    System.arraycopy(rest, 0, blob, 6 + key.length, rest.length);
    return blob;
  }
}

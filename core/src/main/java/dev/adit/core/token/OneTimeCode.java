package dev.adit.core.token;

import dev.adit.api.secret.SecretBytes;
import dev.adit.api.secret.SecretText;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.time.Instant;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Computes codes from a seed.
 *
 * @param algorithm HMAC by its JCA name: HmacSHA1 unless the seed says otherwise
 * @param digits 6 to 8
 * @param periodSeconds of a TOTP, 30 as a rule
 */
public record OneTimeCode(SecretBytes seed, String algorithm, int digits, int periodSeconds) {
  private static final int[] POWERS = {
    1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000
  };

  public OneTimeCode {
    if (digits < 6 || digits > 8 || periodSeconds < 1) {
      throw new IllegalArgumentException(digits + " digits, " + periodSeconds + " s");
    }
  }

  /** RFC 4226 §5.3. */
  public SecretText hotp(long counter) {
    try {
      Mac mac = Mac.getInstance(algorithm);
      mac.init(new SecretKeySpec(seed.expose(), algorithm));
      byte[] hash = mac.doFinal(ByteBuffer.allocate(8).putLong(counter).array());
      int offset = hash[hash.length - 1] & 0xf;
      int binary = ByteBuffer.wrap(hash).getInt(offset) & 0x7fffffff;
      String code = String.valueOf(binary % POWERS[digits]);
      return SecretText.of("0".repeat(digits - code.length()) + code);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK lacks " + algorithm, e);
    }
  }

  /** RFC 6238 §4. */
  public SecretText totp(Instant now) {
    return hotp(Math.floorDiv(now.getEpochSecond(), periodSeconds));
  }
}

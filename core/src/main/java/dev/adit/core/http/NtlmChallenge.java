package dev.adit.core.http;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import org.apache.hc.client5.http.auth.MalformedChallengeException;
import org.jspecify.annotations.Nullable;

/**
 * A look at the server's message of NTLM before it is answered. Without target information the
 * library would answer by the first version, whose answers give the password away.
 *
 * <pre>
 * CHALLENGE_MESSAGE, MS-NLMP 2.2.1.2, little-endian
 *   8   4  type, 2
 *  12   2  bytes of the target's name
 *  20   4  flags
 *  40   2  bytes of the target information
 * </pre>
 */
final class NtlmChallenge {
  private static final int TYPE_AT = 8;
  private static final int NAME_LENGTH_AT = 12;
  private static final int FLAGS_AT = 20;
  private static final int INFORMATION_LENGTH_AT = 40;
  private static final int LEAST_BYTES = 48;

  /** NTLMSSP_NEGOTIATE_TARGET_INFO. */
  private static final int HAS_INFORMATION = 0x00800000;

  private NtlmChallenge() {}

  /**
   * Checks one.
   *
   * @param base64 the message; none in the first challenge
   */
  static void check(@Nullable String base64) throws MalformedChallengeException {
    if (base64 == null || base64.isEmpty()) {
      return;
    }
    ByteBuffer message;
    try {
      message = ByteBuffer.wrap(Base64.getDecoder().decode(base64));
    } catch (IllegalArgumentException e) {
      throw new MalformedChallengeException("its message is not base64");
    }
    message.order(ByteOrder.LITTLE_ENDIAN);
    boolean second =
        message.limit() >= LEAST_BYTES
            && message.getInt(TYPE_AT) == 2
            && message.getShort(NAME_LENGTH_AT) != 0
            && (message.getInt(FLAGS_AT) & HAS_INFORMATION) != 0
            && message.getShort(INFORMATION_LENGTH_AT) != 0;
    if (!second) {
      throw new MalformedChallengeException(
          "the other side wants its first version, which gives the password away");
    }
  }
}

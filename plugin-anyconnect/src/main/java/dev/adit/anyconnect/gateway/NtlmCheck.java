package dev.adit.anyconnect.gateway;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * NTLM of its second version, MS-NLMP 3.3.2; the first is refused.
 *
 * <pre>
 *   client: NEGOTIATE   server: CHALLENGE (eight random bytes)   client: AUTHENTICATE
 * </pre>
 */
final class NtlmCheck implements HttpCheck {
  private static final byte[] SIGNATURE = "NTLMSSP\0".getBytes(StandardCharsets.US_ASCII);
  private static final int NEGOTIATE = 1;
  private static final int CHALLENGE = 2;
  private static final int AUTHENTICATE = 3;

  private static final int UNICODE = 0x1;

  /** Unicode, a target, NTLM, the target is a domain, extended session security, information. */
  private static final int FLAGS = UNICODE | 0x4 | 0x200 | 0x10000 | 0x80000 | 0x800000;

  // AUTHENTICATE_MESSAGE, 2.2.1.3: where it says where its parts are.
  private static final int PROOF_AT = 20;
  private static final int DOMAIN_AT = 28;
  private static final int USER_AT = 36;
  private static final int FLAGS_AT = 60;

  private static final int PROOF_BYTES = 16;

  /** A proof and the fixed part of what it is over; the first version's answers are 24 bytes. */
  private static final int LEAST_RESPONSE = 44;

  /** MsvAvNbDomainName. */
  private static final short DOMAIN_NAME = 2;

  private static final byte[] TARGET = "ADIT".getBytes(StandardCharsets.UTF_16LE);

  private final Map<String, String> users;
  private final SecureRandom random;
  private byte @Nullable [] challenge;

  NtlmCheck(Map<String, String> users, SecureRandom random) {
    this.users = users;
    this.random = random;
  }

  @Override
  public String challenge() {
    return "NTLM";
  }

  @Override
  public Verdict judge(String credentials, GatewayRequest request) {
    try {
      ByteBuffer message =
          ByteBuffer.wrap(Base64.getDecoder().decode(credentials)).order(ByteOrder.LITTLE_ENDIAN);
      byte[] signature = new byte[SIGNATURE.length];
      message.get(signature);
      int type = message.getInt();
      if (!Arrays.equals(signature, SIGNATURE)) {
        return Verdict.REFUSED;
      }
      if (type == NEGOTIATE) {
        byte[] fresh = new byte[8];
        random.nextBytes(fresh);
        challenge = fresh;
        return Verdict.goOn(Base64.getEncoder().encodeToString(challengeMessage(fresh)));
      }
      byte[] sent = challenge;
      challenge = null;
      return type == AUTHENTICATE && sent != null ? proof(message, sent) : Verdict.REFUSED;
    } catch (IllegalArgumentException
        | IndexOutOfBoundsException
        | BufferUnderflowException
        | GeneralSecurityException e) {
      return Verdict.REFUSED;
    }
  }

  private Verdict proof(ByteBuffer message, byte[] sent) throws GeneralSecurityException {
    Charset charset =
        (message.getInt(FLAGS_AT) & UNICODE) != 0
            ? StandardCharsets.UTF_16LE
            : StandardCharsets.ISO_8859_1;
    String user = new String(part(message, USER_AT), charset);
    String domain = new String(part(message, DOMAIN_AT), charset);
    byte[] response = part(message, PROOF_AT);
    String password = users.get(user);
    if (password == null || response.length < LEAST_RESPONSE) {
      return Verdict.REFUSED;
    }
    byte[] key = hmac(Md4.of(utf16(password)), utf16(user.toUpperCase(Locale.ROOT) + domain));
    byte[] over = Arrays.copyOfRange(response, PROOF_BYTES, response.length);
    return MessageDigest.isEqual(Arrays.copyOf(response, PROOF_BYTES), hmac(key, sent, over))
        ? Verdict.of(user)
        : Verdict.REFUSED;
  }

  /** CHALLENGE_MESSAGE, 2.2.1.2. */
  private static byte[] challengeMessage(byte[] fresh) {
    int informationBytes = 4 + TARGET.length + 4;
    int head = 48;
    ByteBuffer out =
        ByteBuffer.allocate(head + TARGET.length + informationBytes).order(ByteOrder.LITTLE_ENDIAN);
    out.put(SIGNATURE).putInt(CHALLENGE);
    out.putShort((short) TARGET.length).putShort((short) TARGET.length).putInt(head);
    out.putInt(FLAGS).put(fresh).putLong(0);
    out.putShort((short) informationBytes).putShort((short) informationBytes);
    out.putInt(head + TARGET.length);
    out.put(TARGET);
    out.putShort(DOMAIN_NAME).putShort((short) TARGET.length).put(TARGET);
    out.putInt(0);
    return out.array();
  }

  /** Length, room and offset, then the bytes elsewhere. */
  private static byte[] part(ByteBuffer message, int at) {
    byte[] bytes = new byte[Short.toUnsignedInt(message.getShort(at))];
    message.get(message.getInt(at + 4), bytes);
    return bytes;
  }

  private static byte[] utf16(String text) {
    return text.getBytes(StandardCharsets.UTF_16LE);
  }

  private static byte[] hmac(byte[] key, byte[]... parts) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacMD5");
    mac.init(new SecretKeySpec(key, "HmacMD5"));
    for (byte[] part : parts) {
      mac.update(part);
    }
    return mac.doFinal();
  }
}

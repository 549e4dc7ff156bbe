package dev.adit.anyconnect.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.anyconnect.gateway.HttpCheck.Verdict;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Numbers of MS-NLMP 4.2.4: user, domain and password are called what they are. */
class NtlmCheckTest {
  private static final String PROOF = "68cd0ab851e51c96aabc927bebef6a1c";

  private static final String OVER =
      "0101000000000000" // version
          + "0000000000000000" // time
          + "aaaaaaaaaaaaaaaa" // the client's challenge
          + "00000000"
          + "02000c0044006f006d00610069006e00" // the domain
          + "01000c00530065007200760065007200" // the server
          + "00000000"
          + "00000000";

  private final NtlmCheck check =
      new NtlmCheck(
          Map.of("User", "Password"),
          new SecureRandom() {
            private static final long serialVersionUID = 1L;

            @Override
            public void nextBytes(byte[] bytes) {
              System.arraycopy(HexFormat.of().parseHex("0123456789abcdef"), 0, bytes, 0, 8);
            }
          });

  @Test
  void aProofOfTheSecondVersionIsTakenOnce() {
    challenge();
    assertThat(judge(third(PROOF + OVER)).user()).contains("User");
    assertThat(judge(third(PROOF + OVER))).isEqualTo(Verdict.REFUSED);
  }

  @Test
  void anotherProofIsRefused() {
    challenge();
    assertThat(judge(third("78" + PROOF.substring(2) + OVER))).isEqualTo(Verdict.REFUSED);
    challenge();
    assertThat(judge(third(PROOF + OVER.replace("aa", "ab")))).isEqualTo(Verdict.REFUSED);
  }

  @Test
  void anAnswerOfTheFirstVersionIsRefused() {
    challenge();
    // 4.2.2.2.1, of the same password and challenge.
    assertThat(judge(third("67c43011f30298a2ad35ece64f16331c44bdbed927841f94")))
        .isEqualTo(Verdict.REFUSED);
  }

  @Test
  void whatIsCutAnywhereIsRefused() {
    byte[] whole = third(PROOF + OVER);
    for (int length = 0; length < whole.length; length++) {
      challenge();
      assertThat(judge(Arrays.copyOf(whole, length))).isEqualTo(Verdict.REFUSED);
    }
    assertThat(check.judge("?", REQUEST)).isEqualTo(Verdict.REFUSED);
  }

  private static final GatewayRequest REQUEST = new GatewayRequest("POST", "/", Map.of(), "");

  private Verdict judge(byte[] message) {
    return check.judge(Base64.getEncoder().encodeToString(message), REQUEST);
  }

  private void challenge() {
    byte[] first = new byte[32];
    message(first, 1);
    byte[] second = Base64.getDecoder().decode(judge(first).token().orElseThrow());
    assertThat(HexFormat.of().formatHex(second, 24, 32)).isEqualTo("0123456789abcdef");
  }

  private static byte[] third(String response) {
    byte[] proof = HexFormat.of().parseHex(response);
    byte[] domain = "Domain".getBytes(StandardCharsets.UTF_16LE);
    byte[] user = "User".getBytes(StandardCharsets.UTF_16LE);
    byte[] whole = new byte[64 + proof.length + domain.length + user.length];
    ByteBuffer out = message(whole, 3);
    int at = 64;
    for (byte[] part : new byte[][] {{}, proof, domain, user}) {
      out.putShort((short) part.length).putShort((short) part.length).putInt(at);
      at += part.length;
    }
    out.putLong(0).putLong(0).putInt(1);
    out.put(proof).put(domain).put(user);
    return whole;
  }

  private static ByteBuffer message(byte[] room, int type) {
    return ByteBuffer.wrap(room)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put("NTLMSSP\0".getBytes(StandardCharsets.US_ASCII))
        .putInt(type);
  }
}

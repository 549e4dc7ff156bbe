package dev.adit.core.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.api.secret.SecretText;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.digests.MD4Digest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a server or proxy is told, checked by what it would compute itself. */
class HttpAuthenticationTest {
  private static final String USER = "EXAMPLE\\alice";
  private static final String PASSWORD = "wünder";

  /** Realms that were asked for, with a mark if the answer before was refused. */
  private final List<String> asked = new ArrayList<>();

  @Test
  void thePasswordItselfGoesOnlyWhereItIsAllowed() throws Exception {
    List<String> basic = List.of("Basic realm=\"r\"");
    assertThat(answer(with(HttpScheme.WITHOUT_BASIC), basic)).isEmpty();
    assertThat(with(HttpScheme.WITHOUT_BASIC).unasked("GET", "/")).isEmpty();
    assertThat(asked).isEmpty();
    HttpAuthentication allowed = with(Set.of(HttpScheme.BASIC, HttpScheme.DIGEST));
    assertThat(allowed.unasked("GET", "/")).isEmpty();
    assertThat(answer(allowed, basic).orElseThrow()).isEqualTo("Basic " + base64());
    assertThat(with(Set.of(HttpScheme.BASIC)).unasked("GET", "/")).contains("Basic " + base64());
  }

  @Test
  void theStrongestThatIsAllowedGoesFirst() throws Exception {
    List<String> all =
        List.of("Basic realm=\"r\", Digest realm=\"r\", nonce=\"n\", qop=\"auth\"", "NTLM");
    assertThat(answer(with(Set.of(HttpScheme.values())), all).orElseThrow()).startsWith("NTLM ");
    assertThat(answer(with(Set.of(HttpScheme.BASIC, HttpScheme.DIGEST)), all).orElseThrow())
        .startsWith("Digest ");
  }

  @ParameterizedTest
  @CsvSource({"MD5, MD5", "SHA-256, SHA-256"})
  void aDigestIsWhatTheOtherSideComputes(String algorithm, String hash) throws Exception {
    String challenge = "Digest realm=\"a, b\", nonce=\"abc\", qop=\"auth\", algorithm=" + algorithm;
    HttpAuthentication authentication = with(HttpScheme.WITHOUT_BASIC);
    String answer = answer(authentication, List.of(challenge)).orElseThrow();
    assertThat(answer).contains("nonce=\"abc\"", "nc=00000001", "algorithm=" + algorithm);
    assertThat(value(answer, "response"))
        .isEqualTo(
            hex(
                hash,
                hex(hash, USER + ":a, b:" + PASSWORD)
                    + ":abc:00000001:"
                    + value(answer, "cnonce")
                    + ":auth:"
                    + hex(hash, "POST:/auth?x=y")));
  }

  @Test
  void aStaleDigestIsMadeAnewAndAWrongOneAskedForAgain() throws Exception {
    HttpAuthentication authentication = with(HttpScheme.WITHOUT_BASIC);
    String challenge = "Digest realm=\"r\", qop=\"auth\", nonce=";
    answer(authentication, List.of(challenge + "\"1\""));
    String again = answer(authentication, List.of(challenge + "\"2\", stale=true")).orElseThrow();
    assertThat(again).contains("nonce=\"2\"");
    assertThat(asked).containsExactly("r");
    answer(authentication, List.of(challenge + "\"3\""));
    assertThat(asked).containsExactly("r", "r refused");
  }

  @Test
  void ntlmProvesThePasswordByItsSecondVersion() throws Exception {
    HttpAuthentication authentication = with(Set.of(HttpScheme.NTLM));
    ByteBuffer first = message(answer(authentication, List.of("NTLM")).orElseThrow());
    assertThat(first.getInt(8)).isEqualTo(1);
    byte[] challenge = HexFormat.of().parseHex("0123456789abcdef");
    String second = "NTLM " + Base64.getEncoder().encodeToString(type2(challenge));
    ByteBuffer third = message(answer(authentication, List.of(second)).orElseThrow());
    assertThat(third.getInt(8)).isEqualTo(3);
    byte[] proof = field(third, 20);
    String domain = new String(field(third, 28), StandardCharsets.UTF_16LE);
    String user = new String(field(third, 36), StandardCharsets.UTF_16LE);
    assertThat(domain).isEqualToIgnoringCase("EXAMPLE");
    assertThat(user).isEqualTo("alice");
    // MS-NLMP 3.3.2.
    byte[] key = hmac(md4(utf16(PASSWORD)), utf16(user.toUpperCase(Locale.ROOT) + domain));
    byte[] rest = Arrays.copyOfRange(proof, 16, proof.length);
    assertThat(Arrays.copyOf(proof, 16)).isEqualTo(hmac(key, challenge, rest));
    assertThat(answer(authentication, List.of("NTLM")).orElseThrow()).startsWith("NTLM ");
    assertThat(asked).hasSize(2).last().asString().endsWith("refused");
  }

  @Test
  void withoutATicketNegotiateMakesRoomForTheNext() throws Exception {
    List<String> both = List.of("Negotiate", "Digest realm=\"r\", nonce=\"n\", qop=\"auth\"");
    assertThat(answer(with(HttpScheme.WITHOUT_BASIC), both).orElseThrow()).startsWith("Digest ");
    assertThat(answer(with(Set.of(HttpScheme.NEGOTIATE)), both)).isEmpty();
  }

  @Test
  void whatMakesNoSenseIsNoChallenge() throws Exception {
    for (String junk :
        List.of("", "=", "Digest", "Digest realm=", "NTLM ????", ", , ,", "Basic\u0000")) {
      answer(with(HttpScheme.WITHOUT_BASIC), List.of(junk));
    }
  }

  private HttpAuthentication with(Set<HttpScheme> allowed) {
    return new HttpAuthentication(
        allowed,
        "vpn.test",
        (realm, refused) -> {
          asked.add(realm + (refused ? " refused" : ""));
          return new UserPassword(USER, SecretText.of(PASSWORD));
        });
  }

  private static Optional<String> answer(HttpAuthentication by, List<String> challenges)
      throws Exception {
    return by.answer("POST", "/auth?x=y", challenges);
  }

  private static String base64() {
    return Base64.getEncoder()
        .encodeToString((USER + ":" + PASSWORD).getBytes(StandardCharsets.UTF_8));
  }

  private static String value(String answer, String name) {
    Matcher matcher = Pattern.compile("[ ,]" + name + "=\"([^\"]*)\"").matcher(answer);
    assertThat(matcher.find()).as(answer).isTrue();
    return matcher.group(1);
  }

  private static String hex(String hash, String text) throws Exception {
    return HexFormat.of()
        .formatHex(MessageDigest.getInstance(hash).digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static ByteBuffer message(String answer) {
    byte[] bytes = Base64.getDecoder().decode(answer.replaceFirst("NTLM ", ""));
    assertThat(new String(bytes, 0, 8, StandardCharsets.US_ASCII)).isEqualTo("NTLMSSP\0");
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Length, room and offset: MS-NLMP 2.2.1.3. */
  private static byte[] field(ByteBuffer message, int at) {
    int length = Short.toUnsignedInt(message.getShort(at));
    int from = message.getInt(at + 4);
    byte[] bytes = new byte[length];
    message.get(from, bytes);
    return bytes;
  }

  @Test
  void theFirstVersionOfNtlmIsNotSpoken() throws Exception {
    HttpAuthentication authentication = with(Set.of(HttpScheme.NTLM));
    answer(authentication, List.of("NTLM"));
    byte[] without = type2(new byte[8]);
    without[22] = 0;
    String second = "NTLM " + Base64.getEncoder().encodeToString(without);
    assertThat(answer(authentication, List.of(second))).isEmpty();
  }

  /** CHALLENGE_MESSAGE, MS-NLMP 2.2.1.2: Unicode, NTLM, a target, information of nothing. */
  private static byte[] type2(byte[] challenge) {
    ByteBuffer out = ByteBuffer.allocate(62).order(ByteOrder.LITTLE_ENDIAN);
    out.put("NTLMSSP\0".getBytes(StandardCharsets.US_ASCII)).putInt(2);
    out.putShort((short) 2).putShort((short) 2).putInt(56);
    out.putInt(0x00880205).put(challenge).putLong(0);
    out.putShort((short) 4).putShort((short) 4).putInt(58).putLong(0);
    out.putChar('E').putInt(0);
    return out.array();
  }

  private static byte[] utf16(String text) {
    return text.getBytes(StandardCharsets.UTF_16LE);
  }

  private static byte[] md4(byte[] bytes) {
    MD4Digest digest = new MD4Digest();
    digest.update(bytes, 0, bytes.length);
    byte[] out = new byte[16];
    digest.doFinal(out, 0);
    return out;
  }

  private static byte[] hmac(byte[] key, byte[]... parts) throws Exception {
    Mac mac = Mac.getInstance("HmacMD5");
    mac.init(new SecretKeySpec(key, "HmacMD5"));
    for (byte[] part : parts) {
      mac.update(part);
    }
    return mac.doFinal();
  }
}

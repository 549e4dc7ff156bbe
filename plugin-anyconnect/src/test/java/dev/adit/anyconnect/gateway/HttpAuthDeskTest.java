package dev.adit.anyconnect.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.anyconnect.gateway.HttpAuthDesk.Answer;
import dev.adit.anyconnect.gateway.HttpAuthDesk.Visit;
import dev.adit.api.OptionValues;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Who is let in by HTTP authentication, and what others are told. */
class HttpAuthDeskTest {
  private static final Map<String, String> USERS = Map.of("alice", "wonder");

  @Test
  void offersWhatItIsToldToInThatOrder() {
    assertThat(visit("ntlm,digest,basic").judge(request("")).headers())
        .matches(
            "WWW-Authenticate: NTLM\r\n"
                + "WWW-Authenticate: Digest realm=\"adit, the gateway\", qop=\"auth\","
                + " algorithm=MD5, nonce=\"[0-9a-f]{32}\"\r\n"
                + "WWW-Authenticate: Basic .*\r\n");
  }

  @Test
  void whoKnowsAPasswordIsLetInAndOthersAreNot() {
    Visit visit = visit("basic");
    assertThat(visit.judge(basic("alice:wonder")).user()).contains("alice");
    for (String wrong : new String[] {"alice:", "alice", "bob:wonder", ":", "alice:wonder:"}) {
      assertThat(visit("basic").judge(basic(wrong)).user()).as(wrong).isEmpty();
    }
    assertThat(visit("bearer").judge(request("Bearer wonder")).user()).contains("alice");
    assertThat(visit("bearer").judge(request("Bearer ")).user()).isEmpty();
    assertThat(visit("ntlm").judge(basic("alice:wonder")).user()).isEmpty();
  }

  @Test
  void afterThreeFailuresNothingIsOffered() {
    Visit visit = visit("basic");
    assertThat(visit.judge(request("")).headers()).contains("Basic");
    assertThat(visit.judge(basic("alice:1")).headers()).contains("Basic");
    assertThat(visit.judge(basic("alice:2")).headers()).contains("Basic");
    assertThat(visit.judge(basic("alice:3")).headers()).isEmpty();
  }

  @Test
  void withFormsOnlyThoseAreMeantWhoSaySo() {
    Visit visit = visit("digest,forms");
    assertThat(visit.isFor(request(""))).isFalse();
    GatewayRequest offering =
        new GatewayRequest("POST", "/", Map.of("x-support-http-auth", "true"), "");
    assertThat(visit.isFor(offering)).isTrue();
    assertThat(visit.judge(offering).headers()).contains("X-HTTP-Auth-Support: fallback\r\n");
    assertThat(visit("digest").isFor(request(""))).isTrue();
    assertThat(new HttpAuthDesk(new OptionValues(Map.of()), USERS, new SecureRandom()).visit())
        .matches(v -> !v.isFor(offering));
  }

  @Test
  void aNonceIsGoodForOneAnswer() throws Exception {
    Visit visit = visit("digest-sha256");
    String headers = visit.judge(request("")).headers();
    String nonce = headers.replaceFirst("(?s).*nonce=\"([^\"]*)\".*", "$1");
    GatewayRequest answer = request(digest(nonce, "POST:/"));
    assertThat(visit.judge(request(digest(nonce, "POST:/other"))).user()).isEmpty();
    Answer used = visit.judge(answer);
    assertThat(used.user()).isEmpty();
    nonce = used.headers().replaceFirst("(?s).*nonce=\"([^\"]*)\".*", "$1");
    assertThat(visit.judge(request(digest(nonce, "POST:/"))).user()).contains("alice");
  }

  @Test
  void aSchemeThatIsNoneIsNamed() {
    assertThatThrownBy(() -> visit("digest,kerberos"))
        .hasMessage("http-auth=kerberos: no such scheme");
  }

  private static Visit visit(String schemes) {
    OptionValues options = new OptionValues(Map.of("http-auth", schemes));
    return new HttpAuthDesk(options, USERS, new SecureRandom()).visit();
  }

  private static GatewayRequest basic(String pair) {
    byte[] bytes = pair.getBytes(StandardCharsets.UTF_8);
    return request("Basic " + Base64.getEncoder().encodeToString(bytes));
  }

  private static GatewayRequest request(String authorization) {
    return new GatewayRequest(
        "POST",
        "/",
        authorization.isEmpty() ? Map.of() : Map.of("authorization", authorization),
        "");
  }

  private static String digest(String nonce, String request) throws Exception {
    String realm = "adit, the gateway";
    String response =
        sha256(
            sha256("alice:" + realm + ":wonder")
                + ":"
                + nonce
                + ":00000001:c:auth:"
                + sha256(request));
    return "Digest username=\"alice\", realm=\""
        + realm
        + "\", nonce=\""
        + nonce
        + "\", uri=\"/\", qop=auth, nc=00000001, cnonce=\"c\", algorithm=SHA-256, response=\""
        + response
        + "\"";
  }

  private static String sha256(String text) throws Exception {
    return HexFormat.of()
        .formatHex(
            MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
  }
}

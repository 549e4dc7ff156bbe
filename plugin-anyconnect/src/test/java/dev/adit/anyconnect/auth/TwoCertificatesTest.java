package dev.adit.anyconnect.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.anyconnect.MadeUser;
import dev.adit.api.error.AuthenticationException;
import dev.adit.api.error.PeerViolationException;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Log-in with a machine's certificate in TLS and a user's that signs. */
class TwoCertificatesTest {
  /** Not as a writer of XML would write it: what is signed is the bytes, not the document. */
  private static final String DEMAND =
      "<?xml version='1.0'?>\r\n<config-auth   type=\"auth-request\">"
          + "<opaque is-for=\"sg\"><tunnel-group>two</tunnel-group></opaque>"
          + "<multiple-client-cert-request><hash-algorithm>sha256</hash-algorithm>"
          + "<hash-algorithm>sha512</hash-algorithm></multiple-client-cert-request>"
          + "<random>00ff</random><cert-authenticated/></config-auth>\n\n";

  private static final Pattern REPLY =
      Pattern.compile(
          "<session-token/><session-id/><opaque is-for=\"sg\"><tunnel-group>two</tunnel-group>"
              + "</opaque><auth><client-cert-chain cert-store=\"1M\">"
              + "<client-cert-sent-via-protocol/></client-cert-chain>"
              + "<client-cert-chain cert-store=\"1U\"><client-cert cert-format=\"pkcs7\">"
              + "((?:[A-Za-z0-9+/=]{1,64}\n?)+)</client-cert>"
              + "<client-cert-auth-signature hash-algorithm-chosen=\"sha512\">"
              + "((?:[A-Za-z0-9+/=]{1,64}\n?)+)</client-cert-auth-signature>"
              + "</client-cert-chain></auth></config-auth>");

  private final Script script = new Script();

  @Test
  void theUsersSignsTheBytesOfTheDemand() throws Exception {
    script.second = Optional.of(new MadeUser());
    script.then(DEMAND).thenSuccess();
    assertThat(script.logIn().cookie().reveal()).endsWith("webvpn=c2VjcmV0");
    assertThat(script.log.get(0)).contains("<auth-method>multiple-cert</auth-method>");
    Matcher reply = REPLY.matcher(script.log.get(1));
    assertThat(reply.find()).as(script.log.get(1)).isTrue();
    byte[] chain = Base64.getMimeDecoder().decode(reply.group(1));
    assertThat(
            CertificateFactory.getInstance("X.509")
                .generateCertPath(new ByteArrayInputStream(chain), "PKCS7")
                .getCertificates())
        .isEqualTo(new MadeUser().chain());
    Signature check = Signature.getInstance("SHA512withECDSA");
    check.initVerify(new MadeUser().chain().get(0).getPublicKey());
    check.update(DEMAND.getBytes(StandardCharsets.UTF_8));
    assertThat(check.verify(Base64.getMimeDecoder().decode(reply.group(2)))).isTrue();
  }

  @Test
  void aFormMayFollow() throws Exception {
    script.second = Optional.of(new MadeUser());
    script.knows.put("password", "pass");
    script
        .then(DEMAND)
        .thenRequest(
            "<auth id=\"main\"><form><input type=\"password\" name=\"password\"/></form></auth>")
        .thenSuccess();
    script.logIn();
    assertThat(script.peer.unused()).isZero();
  }

  @Test
  void withoutASecondNothingIsOfferedAndTheOptionIsNamed() {
    script.then(DEMAND);
    assertThatThrownBy(script::logIn)
        .isInstanceOf(AuthenticationException.class)
        .hasMessageContaining("--mca-certificate");
    assertThat(script.log.get(0)).doesNotContain("multiple-cert");
  }

  @Test
  void theFirstIsShownOnAFreshConnectionIfItWasNot() throws Exception {
    script.second = Optional.of(new MadeUser());
    script.certificate = true;
    script.then(DEMAND.replace("<cert-authenticated/>", "")).then(DEMAND).thenSuccess();
    script.logIn();
    assertThat(script.log.get(1)).isEqualTo("drop connections");
  }

  @Test
  void aRefusalOfTheSignatureEndsIt() {
    script.second = Optional.of(new MadeUser());
    script
        .then(DEMAND)
        .thenRequest("<error id=\"98\">Certificate Validation Failure</error><auth id=\"main\"/>");
    assertThatThrownBy(script::logIn)
        .isInstanceOf(AuthenticationException.class)
        .hasMessageContaining("Certificate Validation Failure");
  }

  @Test
  void oneSignatureIsEnough() {
    script.second = Optional.of(new MadeUser());
    script.then(DEMAND).then(DEMAND);
    assertThatThrownBy(script::logIn)
        .isInstanceOf(AuthenticationException.class)
        .hasMessageContaining("did not accept the second certificate (--mca-certificate)");
  }

  @Test
  void hashesThatNobodyKnowsAreNamed() {
    script.second = Optional.of(new MadeUser());
    script.then(DEMAND.replace("sha256", "md5").replace("sha512", "sha1"));
    assertThatThrownBy(script::logIn)
        .isInstanceOf(PeerViolationException.class)
        .hasMessageContaining("md5, sha1");
  }
}

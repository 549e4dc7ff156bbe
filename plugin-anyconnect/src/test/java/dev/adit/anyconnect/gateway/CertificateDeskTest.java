package dev.adit.anyconnect.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.anyconnect.MadeUser;
import dev.adit.api.OptionValues;
import dev.adit.api.auth.SigningCertificate.Hash;
import dev.adit.api.fixture.MemoryTls;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A reply proves a user only by a signature over the very demand that it answers. */
class CertificateDeskTest {
  private final MadeUser user = new MadeUser();
  private final CertificateDesk desk =
      new CertificateDesk(new OptionValues(Map.of("certificates", "two")), new SecureRandom());

  @Test
  void aSignatureOverTheDemandIsTaken() throws Exception {
    String demand = demand();
    assertThat(desk.user(reply(demand, demand, Hash.SHA384))).contains("alice");
  }

  @Test
  void aDemandIsAnsweredOnce() throws Exception {
    String demand = demand();
    GatewayRequest reply = reply(demand, demand, Hash.SHA256);
    assertThat(desk.user(reply)).contains("alice");
    assertThat(desk.user(reply)).isEmpty();
  }

  @Test
  void aSignatureOverSomethingElseIsRefused() throws Exception {
    assertThat(desk.user(reply(demand(), demand(), Hash.SHA512))).isEmpty();
    String demand = demand();
    assertThat(desk.user(reply(demand, demand + "\n", Hash.SHA512))).isEmpty();
  }

  @Test
  void aReplyToNoDemandIsRefused() throws Exception {
    String demand = demand().replaceAll("<demand>.{32}", "<demand>" + "0".repeat(32));
    assertThat(desk.user(reply(demand, demand, Hash.SHA512))).isEmpty();
  }

  private String demand() {
    return desk.demand(MemoryTls.numbered(1));
  }

  private GatewayRequest reply(String demand, String signed, Hash hash) throws Exception {
    byte[] chain =
        CertificateFactory.getInstance("X.509").generateCertPath(user.chain()).getEncoded("PKCS7");
    byte[] signature = user.sign(hash, signed.getBytes(StandardCharsets.UTF_8));
    String opaque = demand.replaceFirst("(?s).*(<opaque.*</opaque>).*", "$1");
    Base64.Encoder base64 = Base64.getEncoder();
    String body =
        opaque
            + "<client-cert cert-format=\"pkcs7\">"
            + base64.encodeToString(chain)
            + "</client-cert><client-cert-auth-signature hash-algorithm-chosen=\""
            + hash.name().toLowerCase(Locale.ROOT)
            + "\">"
            + base64.encodeToString(signature)
            + "</client-cert-auth-signature>";
    return new GatewayRequest("POST", "/", Map.of(), body);
  }
}

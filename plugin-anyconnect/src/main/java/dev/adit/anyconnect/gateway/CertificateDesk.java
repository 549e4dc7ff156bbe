package dev.adit.anyconnect.gateway;

import dev.adit.api.OptionValues;
import dev.adit.api.tunnel.TlsSession;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.security.auth.x500.X500Principal;

/**
 * Log-in by two certificates ({@code certificates=two}): any in TLS, and a user's that signs what
 * it was sent. As everywhere at this gateway, the common name alone makes a certificate a user's.
 */
final class CertificateDesk {
  private static final int MOST_OPEN = 1_000;
  private static final Pattern DEMAND = Pattern.compile("<demand>([0-9a-f]{32})</demand>");
  private static final Pattern CHAIN =
      Pattern.compile("<client-cert cert-format=\"pkcs7\">([^<]*)</client-cert>");
  private static final Pattern SIGNED =
      Pattern.compile(
          "<client-cert-auth-signature hash-algorithm-chosen=\"(sha256|sha384|sha512)\">([^<]*)<");

  private final boolean wantsTwo;
  private final SecureRandom random;

  /** What was sent, by its number; a signature is over all of it. */
  private final Map<String, byte[]> demands = new HashMap<>();

  CertificateDesk(OptionValues options, SecureRandom random) {
    this.wantsTwo = options.text("certificates").filter("two"::equals).isPresent();
    this.random = random;
  }

  boolean wantsTwo() {
    return wantsTwo;
  }

  static boolean isReply(GatewayRequest request) {
    return request.body().contains("<client-cert-auth-signature");
  }

  /** A document that demands both; whether the first was shown it says too. */
  String demand(TlsSession tls) {
    if (demands.size() >= MOST_OPEN) {
      demands.clear();
    }
    byte[] bytes = new byte[16];
    random.nextBytes(bytes);
    String number = HexFormat.of().formatHex(bytes);
    String document =
        GatewayLogin.HEAD
            + "<config-auth client=\"vpn\" type=\"auth-request\"><version who=\"sg\">0.1</version>"
            + "<opaque is-for=\"sg\"><demand>"
            + number
            + "</demand></opaque><multiple-client-cert-request>"
            + "<hash-algorithm>sha256</hash-algorithm><hash-algorithm>sha384</hash-algorithm>"
            + "<hash-algorithm>sha512</hash-algorithm></multiple-client-cert-request><random>"
            + number
            + "</random>"
            + (tls.clientCertificateSent() ? "<cert-authenticated/>" : "")
            + "</config-auth>";
    demands.put(number, document.getBytes(StandardCharsets.UTF_8));
    return document;
  }

  /** Whom the reply proves to be there; a demand is answered once. */
  Optional<String> user(GatewayRequest request) {
    Matcher number = DEMAND.matcher(request.body());
    Matcher chain = CHAIN.matcher(request.body());
    Matcher signed = SIGNED.matcher(request.body());
    byte[] demand = number.find() ? demands.remove(number.group(1)) : null;
    if (demand == null || !chain.find() || !signed.find()) {
      return Optional.empty();
    }
    try {
      byte[] pkcs7 = Base64.getMimeDecoder().decode(chain.group(1));
      byte[] signature = Base64.getMimeDecoder().decode(signed.group(2));
      for (Certificate one :
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(pkcs7))) {
        if (one instanceof X509Certificate certificate
            && proves(certificate, signed.group(1), demand, signature)) {
          return commonName(certificate);
        }
      }
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      // It proves nobody.
    }
    return Optional.empty();
  }

  private static boolean proves(
      X509Certificate certificate, String hash, byte[] message, byte[] signature) {
    String kind = certificate.getPublicKey().getAlgorithm().equals("EC") ? "ECDSA" : "RSA";
    try {
      Signature check = Signature.getInstance(hash + "with" + kind);
      check.initVerify(certificate.getPublicKey());
      check.update(message);
      return check.verify(signature);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  static Optional<String> commonName(X509Certificate certificate) {
    String name = certificate.getSubjectX500Principal().getName(X500Principal.RFC2253);
    Matcher cn = Pattern.compile("(?:^|,)CN=([^,]+)").matcher(name);
    return cn.find() ? Optional.of(cn.group(1)) : Optional.empty();
  }
}

package dev.adit.anyconnect.sso;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.api.error.PeerViolationException;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The golden blob is of src/test/scripts/sso_vector.py: python3, and AES by openssl. */
class SealedTokenTest {
  private static final String PRIVATE =
      "MEECAQAwEwYHKoZIzj0CAQYIKoZIzj0DAQcEJzAlAgEBBCBKR/MB+w7gG1riy24E/x5x+emG5IeB"
          + "JkL55BbZZlWzzg==";
  private static final String BLOB =
      "AAEAAQBbMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEYELOTDO7knF6QV0un/+nm29LbN4vTBXH"
          + "BkKgEUyolr0dLgxxtA2BjDd18L5gW4yIX8f8YHos2itUsVVryrncNQACAAye6j2rgCYP9BMQXtMA"
          + "AwAVo2FM2H7fbU44nH0dSNWuVGfUmL/gAAQADAABAgMEBQYHCAkKCw==";

  private final SecureRandom random = new SecureRandom();

  @Test
  void opensWhatAnIndependentCalculationSealed() throws Exception {
    assertThat(open(blob())).isEqualTo("A1b2C3d4E5f6G7h8I9j0k");
  }

  @Test
  void theOrderOfFieldsIsFree() throws Exception {
    byte[] blob = blob();
    byte[] turned = new byte[blob.length];
    int rest = blob.length - 2 - 95;
    System.arraycopy(blob, 0, turned, 0, 2);
    System.arraycopy(blob, 2 + 95, turned, 2, rest);
    System.arraycopy(blob, 2, turned, 2 + rest, 95);
    assertThat(open(turned)).isEqualTo("A1b2C3d4E5f6G7h8I9j0k");
  }

  @Test
  void whatIsSealedForAKeyOnlyThatKeyOpens() throws Exception {
    SsoKey ours = SsoKey.fresh(random);
    byte[] token = "Token1".getBytes(StandardCharsets.US_ASCII);
    byte[] blob = SsoKey.seal(Base64.getDecoder().decode(ours.header()), token, random);
    assertThat(ours.open(blob)).isEqualTo(token);
    assertThatThrownBy(() -> SsoKey.fresh(random).open(blob))
        .isInstanceOf(PeerViolationException.class)
        .hasMessageContaining("another");
  }

  @ParameterizedTest
  @CsvSource({
    "0, another version",
    "3, a field 0 of 0 bytes",
    "5, a field",
    "6, no point of P-256",
    "20, no point of P-256",
    "32, no point of P-256",
    "33, no point of P-256",
    "98, a field 3 of",
    "101, for another",
    "117, for another",
    "141, a field 4 of",
  })
  void oneBitChangedIsNoticed(int at, String words) {
    byte[] blob = blob();
    blob[at] ^= 1;
    assertThatThrownBy(() -> open(blob))
        .isInstanceOf(PeerViolationException.class)
        .hasMessageContaining(words);
  }

  @Test
  void everyShorterBlobIsRefused() {
    byte[] blob = blob();
    for (int length = 0; length < blob.length; length++) {
      byte[] shorter = Arrays.copyOf(blob, length);
      assertThatThrownBy(() -> open(shorter)).isInstanceOf(PeerViolationException.class);
    }
  }

  private static byte[] blob() {
    return Base64.getDecoder().decode(BLOB);
  }

  private static String open(byte[] blob) throws Exception {
    PrivateKey key =
        KeyFactory.getInstance("EC")
            .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(PRIVATE)));
    return new String(SealedToken.open(key, blob), StandardCharsets.US_ASCII);
  }
}

package dev.adit.anyconnect.sso;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.api.error.VpnException;
import java.security.SecureRandom;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The golden values are of src/test/scripts/strap_vector.py: python3 alone. */
class StrapKeyTest {
  /** A number that begins with a zero octet. */
  private static final String KEPT =
      "MHcCAQEEIAAmpj93FxRoHllt+e+xzhlIVvM3DDqvQeVW8Wx5vexgoAoGCCqGSM49AwEHoUQDQgAE"
          + "BlZr+s7xmss5lOPn8/DVF1DkUif1aXlFUQch4qrp5Va3iwzJiN7YPrH/OKPrvL9J25MELEnmgbMp"
          + "N4twO3i5sg==";

  private static final String PRESENT =
      "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEBlZr+s7xmss5lOPn8/DVF1DkUif1aXlFUQch4qrp"
          + "5Va3iwzJiN7YPrH/OKPrvL9J25MELEnmgbMpN4twO3i5sg==";
  private static final String NEXT =
      "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEoh+OdXRzUqX9763DBKPud9w13Q0aWvqcI1wknLRn"
          + "XfwZ+paEGkrZzbm7CTVtgDMj7KmQ8zXKOVNcNRfRxIs2yQ==";

  /** Over 00 01 .. 0b and {@link #NEXT}. */
  private static final String BY_TLS_UNIQUE =
      "MEYCIQDOL98ietx0PbNXhUZlY3Vo+a4awZk6m2EtMpfAzkyoAQIhANipqImzatE3QOeLJmLwEh4s"
          + "AxmlePowMxQNZR5yJk4F";

  /** Over 00 01 .. 1f and {@link #NEXT}. */
  private static final String BY_EXPORTER =
      "MEYCIQDQlPOMyMTgfEPsM/09mVRYUP06zx3dZQiYeFSmyjbbKQIhAPE5yDng6AseBWzXrf0KEwi5"
          + "oSKR+ZhdDqbCQap5cHC4";

  private final SecureRandom random = new SecureRandom();

  @Test
  void proofsOfAnIndependentCalculationAreTaken() {
    assertThat(StrapKey.proves(PRESENT, counted(12), NEXT, BY_TLS_UNIQUE)).isTrue();
    assertThat(StrapKey.proves(PRESENT, counted(32), NEXT, BY_EXPORTER)).isTrue();
  }

  @Test
  void aProofIsForOneConnectionAndOneNextKey() {
    byte[] other = counted(12);
    other[3] ^= 1;
    assertThat(StrapKey.proves(PRESENT, other, NEXT, BY_TLS_UNIQUE)).isFalse();
    assertThat(StrapKey.proves(PRESENT, counted(12), PRESENT, BY_TLS_UNIQUE)).isFalse();
    assertThat(StrapKey.proves(NEXT, counted(12), NEXT, BY_TLS_UNIQUE)).isFalse();
    assertThat(StrapKey.proves(PRESENT, counted(12), NEXT, BY_EXPORTER)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "?", "MEYC", "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE"})
  void whatIsNoKeyOrNoProofIsRefused(String junk) {
    assertThat(StrapKey.proves(junk, counted(12), NEXT, BY_TLS_UNIQUE)).isFalse();
    assertThat(StrapKey.proves(PRESENT, counted(12), junk, BY_TLS_UNIQUE)).isFalse();
    assertThat(StrapKey.proves(PRESENT, counted(12), NEXT, junk)).isFalse();
  }

  @Test
  void readsAndWritesWhatIsKept() throws Exception {
    StrapKey key = StrapKey.parse(KEPT);
    assertThat(key.header()).isEqualTo(PRESENT);
    assertThat(key.kept()).isEqualTo(KEPT);
    StrapKey next = StrapKey.fresh(random);
    assertThat(StrapKey.parse(next.kept()).header()).isEqualTo(next.header());
    String proof = key.proof(counted(32), next);
    assertThat(StrapKey.proves(PRESENT, counted(32), next.header(), proof)).isTrue();
  }

  @Test
  void anotherFormOfKeyIsRefusedWithoutRepeatingIt() {
    byte[] der = Base64.getDecoder().decode(KEPT);
    der[50] ^= 1;
    for (String wrong :
        new String[] {"", "MHcC", KEPT.substring(4), Base64.getEncoder().encodeToString(der)}) {
      assertThatThrownBy(() -> StrapKey.parse(wrong))
          .isInstanceOf(VpnException.class)
          .hasMessage("the cookie's openconnect_strapkey is no EC private key on P-256 in base64");
    }
  }

  private static byte[] counted(int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) i;
    }
    return bytes;
  }
}

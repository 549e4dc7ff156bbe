package dev.adit.core.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearMissTest {
  @ParameterizedTest
  @CsvSource({
    "anyconect, anyconnect",
    "AnyConnect, anyconnect",
    "anyconnetc, anyconnect",
    "junper, juniper",
    "xyzzy, ''",
    "openvpn, ''",
  })
  void guesses(String word, String meant) {
    assertThat(NearMiss.of(word, List.of("anyconnect", "juniper", "nc")).orElse(""))
        .isEqualTo(meant);
  }

  @Property(tries = 200)
  void isAMetricInTwoRespects(
      @ForAll @AlphaChars @StringLength(max = 8) String a,
      @ForAll @AlphaChars @StringLength(max = 8) String b) {
    assertThat(NearMiss.distance(a, b)).isEqualTo(NearMiss.distance(b, a));
    assertThat(NearMiss.distance(a, b) == 0).isEqualTo(a.equals(b));
    assertThat(NearMiss.distance(a, b)).isBetween(0, Math.max(a.length(), b.length()));
  }
}

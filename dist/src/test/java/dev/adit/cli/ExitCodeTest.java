package dev.adit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExitCodeTest {
  /** The contract that scripts rely on. */
  private static final Map<Kind, Integer> CONTRACT =
      new EnumMap<>(
          Map.ofEntries(
              Map.entry(Kind.CANCELLED, 0),
              Map.entry(Kind.OTHER, 1),
              Map.entry(Kind.PEER_VIOLATION, 1),
              Map.entry(Kind.SESSION_REFUSED, 2),
              Map.entry(Kind.AUTHENTICATION, 10),
              Map.entry(Kind.UNTRUSTED_SERVER, 11),
              Map.entry(Kind.UNREACHABLE, 12),
              Map.entry(Kind.CONFIGURATION, 13),
              Map.entry(Kind.PRIVILEGE, 14),
              Map.entry(Kind.PLUGIN, 15),
              Map.entry(Kind.HOST_CHECK, 16)));

  @Test
  void everyKindOfErrorHasItsCode() {
    assertThat(CONTRACT.keySet()).containsExactlyInAnyOrder(Kind.values());
    CONTRACT.forEach(
        (kind, code) ->
            assertThat(ExitCode.of(new VpnException(kind, "x")).code())
                .as(kind.name())
                .isEqualTo(code));
  }

  @Test
  void codesAreDistinctAndFoundAgain() {
    assertThat(Arrays.stream(ExitCode.values()).map(ExitCode::code)).doesNotHaveDuplicates();
    for (ExitCode code : ExitCode.values()) {
      assertThat(ExitCode.of(code.code())).isEqualTo(code);
    }
    assertThat(ExitCode.of(137)).isEqualTo(ExitCode.FAILURE);
  }
}

package dev.adit.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** Options about a session's beginning that cannot both be meant. */
class SessionChoicesTest {
  @ParameterizedTest
  @CsvSource({
    "--cookie-cache --authenticate=shell, leave out one of them",
    "--cookie-cache --cookieonly, leave out one of them",
    "--cookie-cache --setuid=nobody, leave out one of them",
    "--relogin=1 --background, a service manager keeps adit in the foreground",
    "--force-trojan=60, --csd-wrapper",
  })
  void doNotGoTogether(String words, String said) {
    assertThatThrownBy(() -> check(words))
        .isInstanceOfSatisfying(
            VpnException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CONFIGURATION))
        .hasMessageContaining(said);
  }

  @Test
  void othersDo() throws VpnException {
    check("--cookie-cache --relogin=3 --csd-wrapper=csd --force-trojan=60");
    check("--cookie-cache --background");
  }

  private static void check(String words) throws VpnException {
    ConnectOptions options = new ConnectOptions();
    new CommandLine(options).parseArgs((words + " vpn.test").split(" ", -1));
    new Choices(options).check();
  }
}

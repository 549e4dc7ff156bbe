package dev.adit.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A Juniper gateway that wants Host Checker, and the programs that users name for it. */
class JuniperHostCheckIT {
  /**
   * Speaks as programs written for openconnect do, on descriptor 0, and writes down what it hears.
   */
  private static final String HELPER =
      """
      #!/bin/sh
      echo "argument $1" > TRACE
      echo "environment $TNCC_HOSTNAME $TNCC_INTERVAL $TNCC_SHA256" >> TRACE
      for line in 1 2 3 4; do read heard; echo "$heard" >> TRACE; done
      printf '200\\n3\\nchecked\\n1\\n\\n' >&0
      while read heard; do echo "$heard" >> TRACE; done
      echo end >> TRACE
      """;

  private final Lab lab = new Lab();
  private Gateway gateway;

  @BeforeEach
  void open() {
    gateway = Gateway.start(lab, "juniper", "--option=host-check=checked");
  }

  @AfterEach
  void close() {
    lab.close();
  }

  @Test
  void theHelperIsAskedToldAgainAndEndedWithTheSession() throws Exception {
    Path trace = lab.directory().resolve("trace");
    AditProcess adit = adit("--csd-wrapper=" + program(HELPER.replace("TRACE", trace.toString())));
    adit.await("connected", 1);
    lab.client("ping", "-c2", "-i0.2", Gateway.INNER);
    Lab.await(
        "three renewals",
        Duration.ofSeconds(20),
        () -> lines(trace).stream().filter("setcookie"::equals).count() >= 3);
    adit.signal("TERM");
    assertThat(adit.exitCode()).isZero();
    List<String> lines = lines(trace);
    assertThat(lines.get(0)).isEqualTo("argument " + Lab.SERVER);
    assertThat(lines.get(1)).matches("environment \\S+ 0 [A-Za-z0-9+/]{43}=");
    assertThat(lines.get(2)).isEqualTo("start");
    assertThat(lines.get(3)).isEqualTo("IC=" + Lab.SERVER);
    assertThat(lines.get(4)).matches("Cookie=[0-9a-f]{32}");
    assertThat(lines.get(5)).isEqualTo("DSSIGNIN=url_default");
    assertThat(lines.get(6)).isEqualTo("setcookie");
    assertThat(lines.get(7)).isEqualTo("Cookie=checked");
    assertThat(lines.get(lines.size() - 1)).isEqualTo("end");
    assertThat(adit.log()).doesNotContain("checked");
  }

  @Test
  void withoutAProgramItIsExitCodeSixteen() {
    fails(adit(), "demands a host check (Juniper Host Checker)", "--csd-wrapper");
  }

  @Test
  void aProgramThatFailsIsExitCodeSixteen() throws Exception {
    fails(adit("--csd-wrapper=" + program("#!/bin/sh\nexit 3\n")), "ended with exit code 3");
  }

  @Test
  void aProgramThatPrintsNonsenseIsExitCodeSixteen() throws Exception {
    fails(
        adit("--csd-wrapper=" + program("#!/bin/sh\necho hello >&0\nread x\nread x\nsleep 60\n")),
        "a first line that is no status");
  }

  @Test
  void aCheckThatIsNotAcceptedIsExitCodeSixteen() throws Exception {
    fails(
        adit(
            "--csd-wrapper="
                + program("#!/bin/sh\nprintf '200\\n3\\nforged\\n\\n\\n' >&0\nread x\nsleep 60\n")),
        "its Host Checker refuses this host");
  }

  @Test
  void aSessionThatEndsWhileItIsUpIsExitCodeTwo() throws Exception {
    AditProcess adit = adit("--csd-wrapper=" + program(HELPER.replace("TRACE", "/dev/null")));
    adit.await("connected", 1);
    gateway.faults("expired-cookie");
    gateway.faults("expired-cookie", "cut");
    assertThat(adit.exitCode()).isEqualTo(2);
    assertThat(adit.log()).contains("log in again");
  }

  private void fails(AditProcess adit, String... words) {
    assertThat(adit.exitCode()).as(adit.log()).isEqualTo(16);
    assertThat(adit.log()).contains(words).doesNotContain("Exception");
    assertThat(gateway.count("tunnel")).isZero();
  }

  private AditProcess adit(String... more) {
    return gateway.client(
        Stream.concat(Stream.of("--protocol=nc"), Stream.of(more)).toArray(String[]::new));
  }

  private Path program(String script) {
    Path program = lab.file("checker", script);
    assertThat(program.toFile().setExecutable(true)).isTrue();
    return program;
  }

  private static List<String> lines(Path trace) {
    try {
      return Files.exists(trace) ? Files.readAllLines(trace) : List.of();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}

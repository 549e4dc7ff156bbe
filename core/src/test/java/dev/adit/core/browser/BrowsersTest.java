package dev.adit.core.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.api.auth.BrowserRequest;
import dev.adit.api.auth.BrowserRequest.Listener;
import dev.adit.api.auth.BrowserRequest.Verdict;
import dev.adit.api.auth.BrowserRequest.Watch;
import dev.adit.api.auth.BrowserResult;
import dev.adit.api.error.AuthenticationException;
import dev.adit.api.error.VpnException;
import dev.adit.api.secret.SecretText;
import dev.adit.core.auth.Prompter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One contract, four kinds of browser; the browsers are shell scripts. */
@Timeout(60)
class BrowsersTest {
  private static final URI PAGE = URI.create("https://vpn.test/login?a=1&b=2");
  private static final Watch COOKIE =
      new Watch(Optional.of(URI.create("https://vpn.test/done")), "token", "error");

  private final List<String> shown = new ArrayList<>();
  private final Deque<String> pasted = new ArrayDeque<>();
  private @TempDir Path directory;
  private int port;

  @BeforeEach
  void freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "[::1]"})
  void theListenerIsOpenBeforeTheBrowserOnBothAddresses(String address) throws Exception {
    String browser = script("curl -s http://" + address + ":" + port + "/sso/good?return=x");
    assertThat(browse(browser, listening(), 20)).isEqualTo("good?return=x");
  }

  @Test
  void theProgramIsGivenTheUrlAloneAndTheBrowserIsSentOn() throws Exception {
    String browser =
        script(
            "echo \"$#:$1\" > " + directory + "/args",
            "curl -si http://127.0.0.1:" + port + "/sso/on > " + directory + "/page");
    assertThat(browse(browser, listening(), 20)).isEqualTo("on");
    assertThat(directory.resolve("args")).content().isEqualTo("1:" + PAGE + "\n");
    awaitContent("page", "Location: https://vpn.test/welcome");
    assertThat(Files.readString(directory.resolve("page"))).startsWith("HTTP/1.1 302 ");
  }

  @Test
  void otherPathsMethodsAndAnswersAreTurnedAwayAndTheWaitGoesOn() throws Exception {
    String base = "http://127.0.0.1:" + port;
    String status = "curl -s -o /dev/null -w '%{http_code} ' ";
    String browser =
        script(
            "{ " + status + base + "/favicon.ico",
            status + base + "/sso/another-session",
            status + "-X POST " + base + "/sso/good",
            status + base + "/sso/" + "x".repeat(17000),
            status + base + "/sso/good; } > " + directory + "/statuses");
    assertThat(browse(browser, listening(), 20)).isEqualTo("good");
    awaitContent("statuses", "404 404 405 404 200 ");
  }

  @Test
  void aTakenPortIsSaidBeforeABrowserStarts() throws Exception {
    String browser = script("touch " + directory + "/ran");
    try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(() -> browse(browser, listening(), 20))
          .isInstanceOf(VpnException.class)
          .hasMessageContainingAll(
              String.valueOf(taken.getLocalPort()), "in use", "--external-browser=remote");
    }
    assertThat(directory.resolve("ran")).doesNotExist();
  }

  @Test
  void afterTheWaitThePortIsFree() throws Exception {
    String browser = script("exit 0");
    assertThatThrownBy(() -> browse(browser, listening(), 1))
        .isInstanceOf(AuthenticationException.class)
        .hasMessageContaining("within 1 s");
    new ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close();
  }

  @Test
  void aBrowserThatFailsEndsTheWait() throws Exception {
    assertThatThrownBy(() -> browse(script("exit 3"), listening(), 60))
        .isInstanceOf(AuthenticationException.class)
        .hasMessageContaining("exit code 3");
    assertThatThrownBy(() -> browse(directory + "/none", listening(), 60))
        .isInstanceOf(VpnException.class)
        .hasMessageContaining("cannot be run");
  }

  @Test
  void anInterruptEndsTheWaitAndTheProgram() throws Exception {
    String browser = script("echo $$ > " + directory + "/pid", "exec sleep 60");
    Thread waiting = Thread.currentThread();
    Thread user =
        new Thread(
            () -> {
              awaitContent("pid", "\n");
              waiting.interrupt();
            });
    user.start();
    assertThatThrownBy(() -> browse("exec:" + browser, watching(), 60))
        .isInstanceOf(InterruptedException.class);
    user.join();
    long pid = Long.parseLong(Files.readString(directory.resolve("pid")).strip());
    ProcessHandle.of(pid).ifPresent(p -> p.onExit().join());
  }

  @Test
  void aCookieIsNotForABrowserThatCannotHandItOver() {
    assertThatThrownBy(() -> browse(script("exit 0"), watching(), 20))
        .isInstanceOf(AuthenticationException.class)
        .hasMessageContainingAll("token", "exec:PROGRAM", "remote");
  }

  @Test
  void execReadsAndWritesJson() throws Exception {
    String browser = script("cat > " + directory + "/asked", "echo '{\"answer\": \"s3cret\"}'");
    assertThat(browse("exec:" + browser, watching(), 20)).isEqualTo("s3cret");
    assertThat(directory.resolve("asked"))
        .content()
        .isEqualTo(
            "{\"version\":1,\"url\":\"https://vpn.test/login?a=1&b=2\",\"timeout-seconds\":20,"
                + "\"cookie\":\"token\",\"error-cookie\":\"error\","
                + "\"final-url\":\"https://vpn.test/done\"}\n");
  }

  @Test
  void execMayAnswerForTheListenerOrLeaveItToTheBrowser() throws Exception {
    String address = "http://localhost:" + port + "/sso/good";
    String says = script("cat > /dev/null", "echo '{\"answer\": \"" + address + "\"}'");
    assertThat(browse("exec:" + says, listening(), 20)).isEqualTo("good");
    String goes = script("curl -s http://127.0.0.1:" + port + "/sso/good > /dev/null");
    assertThat(browse("exec:" + goes, listening(), 20)).isEqualTo("good");
    String wrong = script("echo '{\"answer\": \"/sso/another-session\"}'");
    assertThatThrownBy(() -> browse("exec:" + wrong, listening(), 20))
        .isInstanceOf(AuthenticationException.class)
        .hasMessageContaining("not for this session");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "echo s3cret | not one JSON object",
        "echo '[\"s3cret\"]' | neither",
        "echo '{\"answer\": 17, \"x\": \"s3cret\"}' | neither",
        "echo '{\"answer\": \"\"}' | neither",
        "echo '{\"answer\": \"s3cret\"} {}' | not one JSON object",
        "echo '{\"answer\": \"s3cret\", \"answer\": \"b\"}' | not one JSON object",
        "true | nothing",
        "head -c 70000 /dev/zero | more than 65536 bytes",
        "echo '{\"answer\": \"s3cret\"}'; exit 2 | exit code 2",
        "echo '{\"error\": \"account locked\"}' | account locked",
      })
  void garbageOfExecIsNamedAndNotRepeated(String line, String message) throws Exception {
    String browser = script(line);
    assertThatThrownBy(() -> browse("exec:" + browser, watching(), 20))
        .isInstanceOf(AuthenticationException.class)
        .hasMessageContaining(message)
        .hasMessageNotContaining("s3cret");
  }

  @Test
  void remoteShowsTheUrlAndTakesTheAddress() throws Exception {
    pasted.add("http://localhost:" + port + "/sso/another-session");
    pasted.add(" http://localhost:" + port + "/sso/good?return=x \n");
    assertThat(browse("remote", listening(), 20)).isEqualTo("good?return=x");
    assertThat(shown.get(0))
        .contains("\n  " + PAGE + "\n", "\n  http://localhost:" + port + "/sso/\n");
    assertThat(shown.get(1)).isEqualTo("That is not the answer: not for this session.");
  }

  @Test
  void remoteTakesACookie() throws Exception {
    pasted.add("s3cret\n");
    assertThat(browse("remote", watching(), 20)).isEqualTo("s3cret");
    assertThat(shown.get(0)).contains("\n  token\n");
  }

  @Test
  void whoPastesNothingGivesUp() {
    pasted.add("");
    assertThatThrownBy(() -> browse("remote", watching(), 20))
        .isInstanceOf(VpnException.class)
        .hasMessageContaining("no answer");
  }

  @Test
  void threeWrongAnswersAreEnough() {
    pasted.addAll(List.of("a", "b", "c", "good"));
    assertThatThrownBy(() -> browse("remote", listening(), 20))
        .isInstanceOf(AuthenticationException.class)
        .hasMessageContaining("3 answers");
  }

  @Test
  void timeRunsOutForAPersonToo() {
    assertThatThrownBy(() -> browse("remote", watching(), 1))
        .isInstanceOf(AuthenticationException.class)
        .hasMessageContaining("within 1 s");
  }

  @Test
  void withoutADesktopAPersonIsAsked() throws Exception {
    pasted.add("good");
    assertThat(browse("external", listening(), 20)).isEqualTo("good");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "exec:", "exec: "})
  void aBrowserHasAName(String option) {
    assertThatThrownBy(() -> BrowserChoice.parse(Optional.of(option)))
        .isInstanceOf(VpnException.class)
        .hasMessageContaining("exec:PROGRAM");
  }

  private String browse(String option, BrowserRequest.Mode mode, int seconds)
      throws VpnException, InterruptedException {
    Browsers browsers =
        new Browsers(
            BrowserChoice.parse(Optional.of(option)), new Desktop(Optional.empty()), new Person());
    BrowserResult result =
        browsers.browse(new BrowserRequest(PAGE, mode, Duration.ofSeconds(seconds)));
    try (SecretText value = result.value()) {
      return value.reveal();
    }
  }

  private BrowserRequest.Mode listening() {
    return new BrowserRequest.Mode(
        Optional.of(new Listener(port, "/sso/", BrowsersTest::judge)), Optional.empty());
  }

  private static BrowserRequest.Mode watching() {
    return new BrowserRequest.Mode(Optional.empty(), Optional.of(COOKIE));
  }

  private static Verdict judge(String target) {
    return target.startsWith("good")
        ? Verdict.accepted(Optional.empty())
        : target.equals("on")
            ? Verdict.accepted(Optional.of(URI.create("https://vpn.test/welcome")))
            : Verdict.refused("not for this session");
  }

  private String script(String... lines) throws IOException {
    Path file = Files.createTempFile(directory, "browser", ".sh");
    Files.writeString(file, "#!/bin/sh\n" + String.join("\n", lines) + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    return file.toString();
  }

  private void awaitContent(String name, String text) {
    Path file = directory.resolve(name);
    long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    try {
      while (!Files.exists(file) || !Files.readString(file).contains(text)) {
        assertThat(System.nanoTime() - end).as("waiting for " + name).isNegative();
        Thread.sleep(20);
      }
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private final class Person implements Prompter {
    @Override
    public boolean available() {
      return true;
    }

    @Override
    public String line(String label, String preset) {
      throw new AssertionError("answers are not for other eyes");
    }

    @Override
    public SecretText hidden(String label) throws InterruptedException {
      String next = pasted.poll();
      if (next == null) {
        Thread.sleep(60_000);
      }
      return SecretText.of(String.valueOf(next));
    }

    @Override
    public void show(String text) {
      shown.add(text);
    }
  }
}

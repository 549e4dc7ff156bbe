package dev.adit.interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Headless Chromium on the client's side of a lab, and programs for {@code --external-browser} that
 * drive it: they fill in the form of the log-in page and press the button. WebDriver by curl.
 */
final class Chromium {
  private static final int PORT = 9515;
  private static final String DRIVE =
      """
      fail() { echo "$*" >> "$dir/driver.log"; exit 1; }
      call() { # call METHOD PATH [BODY]
        curl -s -m 30 -X "$1" -H 'Content-Type: application/json' \\
          ${3:+-d "$3"} "http://127.0.0.1:%1$d$2" | tee -a "$dir/driver.log"
      }
      session=$(call POST /session "{\\"capabilities\\": {\\"alwaysMatch\\": {\\
      \\"acceptInsecureCerts\\": true, \\"goog:chromeOptions\\": {\\"args\\": [\\"--headless\\",\\
      \\"--no-sandbox\\", \\"--disable-gpu\\", \\"--disable-quic\\", \\"--no-first-run\\",\\
      \\"--disable-background-networking\\", \\"--disable-component-update\\", \\"--disable-sync\\",\\
      \\"--user-data-dir=$(mktemp -d "$dir/profile.XXXXXX")\\"]}}}}" |
        sed -n 's/.*"sessionId":"\\([^"]*\\)".*/\\1/p')
      [ -n "$session" ] || fail "no session"
      at=/session/$session
      element() {
        call POST "$at/element" "{\\"using\\": \\"css selector\\", \\"value\\": \\"$1\\"}" |
          sed -n 's/.*"element-[^"]*":"\\([^"]*\\)".*/\\1/p'
      }
      call POST "$at/url" "{\\"url\\": \\"$url\\"}" > /dev/null
      call POST "$at/element/$(element '[name=user]')/value" '{"text": "%2$s"}' > /dev/null
      call POST "$at/element/$(element '[name=password]')/value" '{"text": "%3$s"}' > /dev/null
      call POST "$at/element/$(element '#go')/click" '{}' > /dev/null
      """;

  private final Lab lab;

  private Chromium(Lab lab) {
    this.lab = lab;
  }

  static Chromium start(Lab lab) {
    lab.start(
        lab.directory().resolve("chromedriver.log"),
        lab.inClient("env", "HOME=" + lab.directory(), "chromedriver", "--port=" + PORT));
    Lab.await(
        "chromedriver listens",
        Duration.ofSeconds(20),
        () ->
            Command.run(
                        Duration.ofSeconds(5),
                        "",
                        lab.inClient("curl", "-sf", "http://127.0.0.1:" + PORT + "/status"))
                    .exitCode()
                == 0);
    return new Chromium(lab);
  }

  /** A program that is given the URL; its page stays where the log-in ends. */
  String program() {
    return script("browser", "url=$1", "call GET \"$at/url\" > /dev/null");
  }

  /**
   * A program of the JSON contract. It reads out the cookie that it is asked for, or the one of the
   * error, or sees that nobody is let in; each may come by scripts, after a while.
   */
  String exec() {
    return script(
        "exec-browser",
        """
        order=$(cat)
        word() { printf '%s' "$order" | sed -n 's/.*"'$1'":"\\([^"]*\\)".*/\\1/p'; }
        url=$(word url)""",
        """
        cookie() {
          [ -n "$1" ] && call GET "$at/cookie/$1" | sed -n 's/.*"value":"\\([^"]*\\)".*/\\1/p'
        }
        for try in $(seq 100); do
          token=$(cookie "$(word cookie)")
          [ -n "$token" ] && { echo "{\\"answer\\": \\"$token\\"}"; exit 0; }
          error=$(cookie "$(word error-cookie)")
          call GET "$at/source" | grep -q 'Access denied' && error="access denied"
          [ -n "$error" ] && { echo "{\\"error\\": \\"$error\\"}"; exit 0; }
          sleep 0.2
        done
        exit 1""");
  }

  /** What the driver was told, for a failure. */
  String log() {
    try {
      Path log = lab.directory().resolve("driver.log");
      return Files.exists(log) ? Files.readString(log) : "(no browser was started)";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String script(String name, String url, String... after) {
    Path file =
        lab.file(
            name,
            "#!/bin/sh",
            "dir=" + lab.directory(),
            url,
            DRIVE.formatted(PORT, Gateway.USER, Gateway.PASSWORD),
            String.join("\n", after));
    file.toFile().setExecutable(true);
    return file.toString();
  }
}

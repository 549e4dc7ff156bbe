package dev.adit.core.browser;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.adit.api.auth.BrowserRequest;
import dev.adit.api.auth.BrowserRequest.Listener;
import dev.adit.api.error.AuthenticationException;
import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.secret.SecretText;
import dev.adit.core.auth.TerminalText;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A program that has a browser of its own. It reads one JSON object from standard input:
 *
 * <pre>
 * {"version": 1, "url": "https://...", "timeout-seconds": 300,
 *  "listener": "http://localhost:PORT/PREFIX"}            the answer is an address that begins so
 *
 * {"version": 1, "url": "https://...", "timeout-seconds": 300,
 *  "cookie": "NAME", "error-cookie": "NAME", "final-url": "https://..."}    it is a cookie's value
 * </pre>
 *
 * and writes one to standard output, {@code {"answer": "TEXT"}} or {@code {"error": "TEXT"}}, then
 * ends with 0. Who has a listener may also let the browser go there and write nothing. Standard
 * error is the user's. The program is ended with the log-in.
 */
final class ExecErrand implements Errand {
  private static final Logger LOG = LoggerFactory.getLogger(ExecErrand.class);
  private static final int MAX_ANSWER_BYTES = 64 << 10;
  private static final String EXPECTED = "{\"answer\": \"TEXT\"} or {\"error\": \"TEXT\"}";
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final String program;
  private final BrowserRequest request;
  private final CompletableFuture<SecretText> answer;
  private final Optional<LoopbackListener> listener;
  private final Process process;

  private ExecErrand(
      String program,
      BrowserRequest request,
      CompletableFuture<SecretText> answer,
      Optional<LoopbackListener> listener,
      Process process) {
    this.program = program;
    this.request = request;
    this.answer = answer;
    this.listener = listener;
    this.process = process;
  }

  static ExecErrand start(
      String program, BrowserRequest request, CompletableFuture<SecretText> answer)
      throws VpnException {
    Optional<Listener> wanted = request.mode().listener();
    Optional<LoopbackListener> listener =
        wanted.isPresent()
            ? Optional.of(LoopbackListener.open(wanted.get(), answer))
            : Optional.empty();
    try {
      Process process = new ProcessBuilder(program).redirectError(Redirect.INHERIT).start();
      ExecErrand errand = new ExecErrand(program, request, answer, listener, process);
      Thread thread = new Thread(errand::converse, "browser program");
      thread.setDaemon(true);
      thread.start();
      LOG.info("{} does the log-in at {}.", program, request.url().getHost());
      return errand;
    } catch (IOException e) {
      listener.ifPresent(LoopbackListener::close);
      throw new VpnException(
          Kind.CONFIGURATION, "the browser " + program + " cannot be run: " + e.getMessage(), e);
    }
  }

  private void converse() {
    try {
      try (OutputStream out = process.getOutputStream()) {
        out.write((question() + "\n").getBytes(StandardCharsets.UTF_8));
      } catch (IOException e) {
        LOG.debug("{} does not read its standard input", program);
      }
      byte[] said = process.getInputStream().readNBytes(MAX_ANSWER_BYTES + 1);
      if (said.length > MAX_ANSWER_BYTES) {
        throw wrong("more than " + MAX_ANSWER_BYTES + " bytes");
      }
      int status = process.waitFor();
      if (status != 0) {
        throw new AuthenticationException(
            "the browser " + program + " ended with exit code " + status);
      }
      String text = new String(said, StandardCharsets.UTF_8);
      if (text.isBlank() && listener.isPresent()) {
        LOG.debug("{} leaves the answer to the listener", program);
        return;
      }
      answer.complete(SecretText.of(read(text)));
    } catch (VpnException e) {
      answer.completeExceptionally(e);
    } catch (IOException e) {
      answer.completeExceptionally(wrong("its output cannot be read: " + e.getMessage()));
    } catch (InterruptedException e) {
      answer.completeExceptionally(wrong("the wait for its end was interrupted"));
    }
  }

  private String question() {
    ObjectNode question = JSON.createObjectNode();
    question.put("version", 1);
    question.put("url", request.url().toASCIIString());
    question.put("timeout-seconds", request.timeout().toSeconds());
    request
        .mode()
        .listener()
        .ifPresent(l -> question.put("listener", "http://localhost:" + l.port() + l.pathPrefix()));
    request
        .mode()
        .watch()
        .ifPresent(
            watch -> {
              question.put("cookie", watch.tokenCookie());
              if (!watch.errorCookie().isEmpty()) {
                question.put("error-cookie", watch.errorCookie());
              }
              watch.finalUrl().ifPresent(url -> question.put("final-url", url.toASCIIString()));
            });
    return question.toString();
  }

  private String read(String text) throws VpnException {
    if (text.isBlank()) {
      throw wrong("nothing");
    }
    JsonNode said;
    try {
      said = JSON.readTree(text);
    } catch (JsonProcessingException e) {
      // Its message holds what was said, which may be the secret.
      throw wrong("something that is not one JSON object");
    }
    if (said.path("error").isTextual()) {
      throw new AuthenticationException(
          "the log-in by browser was refused: " + TerminalText.line(said.get("error").asText()));
    }
    String found = said.path("answer").asText("");
    if (!said.path("answer").isTextual() || found.isBlank()) {
      throw wrong("JSON with neither");
    }
    Optional<Listener> wanted = request.mode().listener();
    if (wanted.isEmpty()) {
      return found;
    }
    StringBuilder why = new StringBuilder();
    return PastedAddress.target(found, wanted.get(), why)
        .orElseThrow(
            () ->
                new AuthenticationException(
                    "the browser " + program + " brought another answer: " + why));
  }

  private AuthenticationException wrong(String got) {
    return new AuthenticationException(
        "the browser " + program + ": expected " + EXPECTED + " on standard output, got " + got);
  }

  @Override
  public boolean tellsProgress() {
    return true;
  }

  @Override
  public void close() {
    listener.ifPresent(LoopbackListener::close);
    process.descendants().forEach(ProcessHandle::destroy);
    process.destroy();
  }
}

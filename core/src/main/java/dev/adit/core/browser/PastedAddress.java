package dev.adit.core.browser;

import dev.adit.api.auth.BrowserRequest.Listener;
import dev.adit.api.auth.BrowserRequest.Verdict;
import java.util.Optional;

/** The address that a browser ended at, when somebody else than the browser brings it. */
final class PastedAddress {
  private PastedAddress() {}

  /**
   * The request target below the listener's prefix; a text without the prefix is taken for it.
   *
   * @return empty if it is not the answer; {@code why} tells
   */
  static Optional<String> target(String text, Listener listener, StringBuilder why) {
    String address = text.strip();
    int at = address.indexOf(listener.pathPrefix());
    String target = at < 0 ? address : address.substring(at + listener.pathPrefix().length());
    if (target.isEmpty()) {
      why.append("it is empty");
      return Optional.empty();
    }
    Verdict verdict = listener.judge().judge(target);
    verdict.refusal().ifPresent(why::append);
    return verdict.refusal().isPresent() ? Optional.empty() : Optional.of(target);
  }
}

package dev.adit.core.auth;

import dev.adit.api.error.AuthenticationException;
import dev.adit.api.error.VpnException;
import dev.adit.api.secret.SecretText;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Types what the test says, and keeps what was shown; absent if there is nothing to type. */
final class ScriptedPerson implements Prompter {
  final List<String> shown = new ArrayList<>();
  private final boolean present;
  private final Deque<String> typing;

  private ScriptedPerson(boolean present, List<String> typing) {
    this.present = present;
    this.typing = new ArrayDeque<>(typing);
  }

  static ScriptedPerson typing(String... lines) {
    return new ScriptedPerson(true, List.of(lines));
  }

  static ScriptedPerson absent() {
    return new ScriptedPerson(false, List.of());
  }

  @Override
  public boolean available() {
    return present;
  }

  @Override
  public String line(String label, String preset) throws VpnException {
    shown.add(label + (preset.isEmpty() ? "" : " [" + preset + "]"));
    String typed = typing.poll();
    if (typed == null) {
      throw new AuthenticationException("the input ended at " + label);
    }
    return typed.isEmpty() ? preset : typed;
  }

  @Override
  public SecretText hidden(String label) throws VpnException {
    return SecretText.of(line(label + " (hidden)", ""));
  }

  @Override
  public void show(String text) {
    shown.add(text);
  }
}

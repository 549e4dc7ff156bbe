package dev.adit.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Words of a command line before the parser has them. */
final class Words {
  /**
   * Options whose value may only be joined to them by {@code =}, with the value that they have
   * alone. The parser would take the next word: {@code --authenticate vpn.example.com}.
   */
  private static final Map<String, String> BARE =
      Map.of("--authenticate", "shell", "--tcp-keepalive", "20");

  private Words() {}

  static List<String> withBareValues(List<String> words) {
    List<String> all = new ArrayList<>(words);
    int end = all.contains("--") ? all.indexOf("--") : all.size();
    for (int i = 0; i < end; i++) {
      String value = BARE.get(all.get(i));
      if (value != null) {
        all.set(i, all.get(i) + "=" + value);
      }
    }
    return all;
  }
}

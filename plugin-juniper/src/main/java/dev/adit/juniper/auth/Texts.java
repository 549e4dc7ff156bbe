package dev.adit.juniper.auth;

import java.util.regex.Pattern;

/**
 * Words of the server on their way into a message: one line, bounded, without control characters.
 */
final class Texts {
  private static final Pattern BLANKS = Pattern.compile("[\\s\\p{Cntrl}\\p{Cf}\\u00a0]+");

  private Texts() {}

  static String line(String text, int most) {
    String line = BLANKS.matcher(text).replaceAll(" ").strip();
    if (line.length() <= most) {
      return line;
    }
    int end = Character.isHighSurrogate(line.charAt(most - 1)) ? most - 1 : most;
    return line.substring(0, end).stripTrailing() + "…";
  }
}

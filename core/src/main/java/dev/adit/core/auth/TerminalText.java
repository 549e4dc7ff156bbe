package dev.adit.core.auth;

/**
 * Makes a server's text harmless for a terminal and for a log. A server may send anything: escape
 * sequences that repaint the screen, backspaces that hide a word, direction marks that turn a file
 * name round, thousands of lines.
 */
public final class TerminalText {
  /** One less than a line has: the last column makes some terminals begin another. */
  private static final int MAX_COLUMNS = 79;

  /** Longest text that is shown; the rest is counted. */
  public static final int MAX_CHARS = 8192;

  private static final String STRING_END = "\u0007\u009c";

  private TerminalText() {}

  /**
   * The text with line feeds and tabs kept, escape sequences (ECMA-48 §5.4) taken out whole, and
   * every other control or invisible formatting character shown as {@code \\xNN}.
   */
  public static String clean(String text) {
    StringBuilder out = new StringBuilder(Math.min(text.length(), MAX_CHARS));
    for (int at = 0; at < text.length(); ) {
      if (out.length() >= MAX_CHARS) {
        return out + "\n(" + (text.length() - at) + " more characters)";
      }
      int c = text.codePointAt(at);
      if (c == 0x1b || c == 0x9b || c == 0x90 || c == 0x9d) {
        at = afterSequence(text, at);
      } else {
        at += Character.charCount(c);
        append(out, c, at < text.length() ? text.charAt(at) : 0);
      }
    }
    return out.toString();
  }

  /** The same on one line, for a label or a log line. */
  public static String line(String text) {
    return clean(text).replaceAll("\\s+", " ").strip();
  }

  private static void append(StringBuilder out, int c, int next) {
    if (c == '\r') {
      if (next != '\n') {
        out.append('\n');
      }
    } else if (c == '\n' || c == '\t') {
      out.append((char) c);
    } else if (isHidden(c)) {
      out.append(c < 0x100 ? String.format("\\x%02x", c) : String.format("\\u%04x", c));
    } else {
      out.appendCodePoint(c);
    }
  }

  private static boolean isHidden(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          true;
      default -> false;
    };
  }

  /** Where the text goes on behind the escape sequence that begins at {@code at}. */
  private static int afterSequence(String text, int at) {
    int introducer = text.charAt(at);
    int next = at + 1;
    if (introducer == 0x1b) {
      if (next >= text.length()) {
        return next;
      }
      introducer = text.charAt(next);
      next++;
    }
    return switch (introducer) {
      case '[', 0x9b -> afterControlSequence(text, next);
      case ']', 'P', '^', '_', 'X', 0x90, 0x9d -> afterString(text, next);
      default -> afterTwoCharacters(text, next, introducer);
    };
  }

  /** Parameters 0x30-0x3f, intermediates 0x20-0x2f, one final byte 0x40-0x7e. */
  private static int afterControlSequence(String text, int from) {
    int at = from;
    while (at < text.length() && text.charAt(at) >= 0x20 && text.charAt(at) <= 0x3f) {
      at++;
    }
    return at < text.length() && text.charAt(at) >= 0x40 && text.charAt(at) <= 0x7e ? at + 1 : at;
  }

  /** Up to BEL, ST or ESC \; a string without end swallows its own line only. */
  private static int afterString(String text, int from) {
    for (int at = from; at < text.length(); at++) {
      char c = text.charAt(at);
      if (STRING_END.indexOf(c) >= 0) {
        return at + 1;
      }
      if (c == 0x1b) {
        return at + 1 < text.length() && text.charAt(at + 1) == '\\' ? at + 2 : at;
      }
      if (c == '\n') {
        return at;
      }
    }
    return text.length();
  }

  /** ESC, intermediates 0x20-0x2f, one final byte. */
  private static int afterTwoCharacters(String text, int next, int first) {
    if (first < 0x20 || first > 0x7e) {
      return next - 1;
    }
    int at = next;
    int c = first;
    while (c >= 0x20 && c <= 0x2f && at < text.length()) {
      c = text.charAt(at);
      at++;
    }
    return at;
  }

  /**
   * Broken between words, for a terminal of 80 columns; a word that is longer stays whole.
   *
   * @param indent of all lines but the first of each line of the text
   */
  public static String wrapped(String text, String indent) {
    StringBuilder out = new StringBuilder();
    for (String line : text.split("\n", -1)) {
      out.append(out.length() == 0 ? "" : "\n");
      String rest = line;
      while (rest.length() > MAX_COLUMNS) {
        int space = rest.lastIndexOf(' ', MAX_COLUMNS);
        if (space <= indent.length()) {
          break;
        }
        out.append(rest, 0, space).append('\n');
        rest = indent + rest.substring(space + 1);
      }
      out.append(rest);
    }
    return out.toString();
  }
}

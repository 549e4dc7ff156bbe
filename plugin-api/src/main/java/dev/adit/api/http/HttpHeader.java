package dev.adit.api.http;

/** One header line; neither part may hold a control character, so that no value can add a line. */
public record HttpHeader(String name, String value) {
  public HttpHeader {
    if (name.isEmpty() || !clean(name) || !clean(value) || name.indexOf(':') >= 0) {
      throw new IllegalArgumentException("header " + name + " holds a character it must not");
    }
  }

  private static boolean clean(String text) {
    return text.chars().allMatch(c -> c >= ' ' && c != 0x7f || c == '\t');
  }

  @Override
  public String toString() {
    return name + ": (" + value.length() + " characters)";
  }
}

package dev.adit.anyconnect.auth;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Well-formed XML of a given vocabulary, each byte a step: by itself a search seldom finds two tags
 * that match, and would try the parser alone.
 */
final class MadeXml {
  private static final int DEEPEST = 12;

  private MadeXml() {}

  /**
   * Content for an element.
   *
   * @param attributes with their values, as {@code name="value"}
   */
  static String of(byte[] steps, int from, List<String> elements, List<String> attributes) {
    StringBuilder out = new StringBuilder();
    Deque<String> open = new ArrayDeque<>();
    boolean inTag = false;
    int used = 0;
    for (int i = from; i < steps.length; i++) {
      int value = (steps[i] & 0xff) >> 2;
      int attribute = value % attributes.size();
      switch (steps[i] & 3) {
        case 0 -> {
          if (open.size() < DEEPEST) {
            String name = elements.get(value % elements.size());
            out.append(inTag ? ">" : "").append('<').append(name);
            open.push(name);
            inTag = true;
            used = 0;
          }
        }
        case 1 -> {
          if (!open.isEmpty()) {
            out.append(inTag ? "/>" : "</" + open.peek() + ">");
            open.pop();
            inTag = false;
          }
        }
        case 2 -> {
          // An attribute stands once.
          if (inTag && (used & 1 << attribute) == 0) {
            out.append(' ').append(attributes.get(attribute));
            used |= 1 << attribute;
          }
        }
        default -> {
          out.append(inTag ? ">" : "").append((char) (' ' + value == '<' ? '&' : ' ' + value));
          inTag = false;
        }
      }
    }
    out.append(inTag ? ">" : "");
    open.forEach(name -> out.append("</").append(name).append('>'));
    return out.toString();
  }
}

package dev.adit.core.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TerminalTextTest {
  static Stream<Arguments> texts() {
    return Stream.of(
        Arguments.of("plain text, as it is: äöü 日本", "plain text, as it is: äöü 日本"),
        Arguments.of("two\nlines\tand a tab", "two\nlines\tand a tab"),
        Arguments.of("dos\r\nlines\r", "dos\nlines\n"),
        // Colour, cursor and screen: CSI.
        Arguments.of("\u001b[31mred\u001b[0m", "red"),
        Arguments.of("a\u001b[2J\u001b[Hb", "ab"),
        Arguments.of("a\u001b[?1049hb", "ab"),
        Arguments.of("c1 \u009b31mred", "c1 red"),
        // Title and clipboard: OSC, ended by BEL, by ST, by ESC \.
        Arguments.of("a\u001b]0;title\u0007b", "ab"),
        Arguments.of("a\u001b]52;c;ZXZpbA==\u001b\\b", "ab"),
        Arguments.of("a\u009d0;title\u009cb", "ab"),
        // Device control string; a string without end takes its line and no more.
        Arguments.of("a\u001bPq#0\u001b\\b", "ab"),
        Arguments.of("a\u001b]0;never\nnext", "a\nnext"),
        // Character set, reset, and an escape at the very end.
        Arguments.of("a\u001b(0b\u001bcd", "abd"),
        Arguments.of("end\u001b", "end"),
        Arguments.of("end\u001b[", "end"),
        Arguments.of("end\u001b[31", "end"),
        // Controls and what cannot be seen are named.
        Arguments.of("pass\b\b\b\bword", "pass\\x08\\x08\\x08\\x08word"),
        Arguments.of("nul\0bell\u0007", "nul\\x00bell\\x07"),
        Arguments.of("exe\u202etxt", "exe\\u202etxt"),
        Arguments.of("zero\u200bwidth", "zero\\u200bwidth"),
        Arguments.of("lone\ud800surrogate", "lone\\ud800surrogate"));
  }

  @ParameterizedTest
  @MethodSource("texts")
  void isHarmless(String given, String shown) {
    assertThat(TerminalText.clean(given)).isEqualTo(shown);
  }

  @Test
  void aLongTextIsCutAndCounted() {
    String shown = TerminalText.clean("x".repeat(TerminalText.MAX_CHARS + 5));
    assertThat(shown).endsWith("\n(5 more characters)");
  }

  @Test
  void aLineHasNoLineFeeds() {
    assertThat(TerminalText.line(" user\r\n name: ")).isEqualTo("user name:");
  }

  @Property
  void noControlCharacterSurvives(
      @ForAll @CharRange(from = 0, to = 0xa0) @CharRange(from = 0x2000, to = 0x2070) String text) {
    assertThat(TerminalText.clean(text).chars())
        .allMatch(c -> c == '\n' || c == '\t' || c >= 0x20 && c < 0x7f || c == 0xa0 || c > 0xff)
        .noneMatch(c -> Character.getType(c) == Character.FORMAT);
  }

  @Property
  void textWithoutControlsIsKept(@ForAll @CharRange(from = ' ', to = '~') String text) {
    String kept = text.length() > TerminalText.MAX_CHARS ? "" : text;
    assertThat(TerminalText.clean(kept)).isEqualTo(kept);
  }

  @Test
  void longTextIsBrokenBetweenWords() {
    String choice = "   2  " + "Contractors of the department ".repeat(4) + "end";
    String wrapped = TerminalText.wrapped("Title\n" + choice, "      ");
    assertThat(wrapped.lines().toList())
        .hasSize(3)
        .allMatch(line -> line.length() <= 79)
        .startsWith("Title")
        .last()
        .asString()
        .startsWith("      ")
        .endsWith("end");
    assertThat(wrapped.replaceAll("\\s+", " "))
        .isEqualTo(("Title " + choice).replaceAll("\\s+", " "));
  }

  @Test
  void aWordThatFitsNowhereStaysWhole() {
    String address = "https://vpn.test/" + "x".repeat(200);
    assertThat(TerminalText.wrapped(address, "  ")).isEqualTo(address);
    assertThat(TerminalText.wrapped("", "  ")).isEmpty();
  }
}

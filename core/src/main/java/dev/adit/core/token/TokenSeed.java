package dev.adit.core.token;

import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.secret.SecretBytes;
import dev.adit.api.secret.SecretText;
import java.io.ByteArrayOutputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads what {@code --token-secret} takes: {@code base32:...}, {@code 0x...}, an {@code otpauth://}
 * URI, or the plain bytes; behind a comma the counter of a HOTP.
 */
public final class TokenSeed {
  private static final Pattern COUNTER_BEHIND = Pattern.compile("(?<=.),(\\d{1,18})$");
  private static final Pattern COUNTER_PAIR = Pattern.compile("([?&])counter=\\d*");

  private final OneTimeCode code;
  private final OptionalLong counter;

  private TokenSeed(OneTimeCode code, OptionalLong counter) {
    this.code = code;
    this.counter = counter;
  }

  public OneTimeCode code() {
    return code;
  }

  /** The next counter, if the seed names one. */
  public OptionalLong counter() {
    return counter;
  }

  public static TokenSeed parse(SecretText given) throws VpnException {
    String text = given.reveal().strip();
    if (text.startsWith("otpauth://")) {
      return uri(text);
    }
    OptionalLong counter = OptionalLong.empty();
    Matcher behind = COUNTER_BEHIND.matcher(text);
    if (behind.find()) {
      counter = OptionalLong.of(Long.parseLong(behind.group(1)));
      text = text.substring(0, behind.start());
    }
    SecretBytes seed = bytes(text);
    if (seed.length() == 0) {
      throw wrong("it is empty");
    }
    return new TokenSeed(new OneTimeCode(seed, "HmacSHA1", 6, 30), counter);
  }

  /**
   * The same seed with another counter, in the notation it came in: what is to be kept after a code
   * of a HOTP was used.
   *
   * @param given what {@link #parse} took
   */
  public static SecretText withCounter(SecretText given, long counter) {
    String text = given.reveal().strip();
    if (!text.startsWith("otpauth://")) {
      return SecretText.of(COUNTER_BEHIND.matcher(text).replaceFirst("") + "," + counter);
    }
    Matcher pair = COUNTER_PAIR.matcher(text);
    return SecretText.of(
        pair.find()
            ? pair.replaceFirst("$1counter=" + counter)
            : text + (text.contains("?") ? "&" : "?") + "counter=" + counter);
  }

  private static SecretBytes bytes(String text) throws VpnException {
    if (text.toLowerCase(Locale.ROOT).startsWith("base32:")) {
      return base32(text.substring(7));
    }
    if (text.startsWith("0x")) {
      try {
        return SecretBytes.owning(HexFormat.of().parseHex(text.substring(2)));
      } catch (IllegalArgumentException e) {
        throw wrong("0x needs an even number of hexadecimal digits");
      }
    }
    return SecretBytes.owning(text.getBytes(StandardCharsets.UTF_8));
  }

  private static TokenSeed uri(String text) throws VpnException {
    String secret = "";
    String algorithm = "HmacSHA1";
    int digits = 6;
    int period = 30;
    OptionalLong counter = OptionalLong.empty();
    int question = text.indexOf('?');
    for (String pair : text.substring(question + 1).split("&", -1)) {
      int equals = pair.indexOf('=');
      String value = percentDecoded(pair.substring(equals + 1));
      switch (equals < 0 ? "" : pair.substring(0, equals)) {
        case "secret" -> secret = value;
        case "digits" -> digits = (int) number(value, 6, 8);
        case "period" -> period = (int) number(value, 1, 3600);
        case "counter" -> counter = OptionalLong.of(number(value, 0, Long.MAX_VALUE));
        case "algorithm" -> algorithm = "Hmac" + value.toUpperCase(Locale.ROOT).replace("-", "");
        default -> {}
      }
    }
    if (!algorithm.matches("HmacSHA(1|256|512)") || secret.isEmpty()) {
      throw wrong("the otpauth URI has no secret, or an unknown algorithm");
    }
    return new TokenSeed(new OneTimeCode(base32(secret), algorithm, digits, period), counter);
  }

  private static String percentDecoded(String text) throws VpnException {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw wrong("the otpauth URI has a % without two hexadecimal digits");
    }
  }

  private static long number(String text, long least, long most) throws VpnException {
    if (text.matches("\\d{1,18}")) {
      long number = Long.parseLong(text);
      if (number >= least && number <= most) {
        return number;
      }
    }
    throw wrong("a number in the otpauth URI is not between " + least + " and " + most);
  }

  /** RFC 4648 §6, without regard to case, spaces, hyphens and padding. */
  private static SecretBytes base32(String text) throws VpnException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int bits = 0;
    int held = 0;
    for (char c : text.toUpperCase(Locale.ROOT).replaceAll("[ =-]", "").toCharArray()) {
      int value = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(c);
      if (value < 0) {
        throw wrong("Base32 has letters and the digits 2 to 7 only");
      }
      bits = bits << 5 | value;
      held += 5;
      if (held >= 8) {
        held -= 8;
        out.write(bits >> held);
      }
    }
    if (out.size() == 0) {
      throw wrong("it is empty");
    }
    return SecretBytes.owning(out.toByteArray());
  }

  private static VpnException wrong(String why) {
    return new VpnException(Kind.CONFIGURATION, "--token-secret: " + why);
  }
}

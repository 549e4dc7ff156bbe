package dev.adit.api.secret;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A password, PIN, cookie or token code. Owns its characters: {@link #close} wipes them. {@code
 * toString} never shows them. Not thread-safe; one owner at a time.
 */
public final class SecretText implements AutoCloseable {
  private final char[] value;
  private boolean closed;

  private SecretText(char[] value) {
    this.value = value;
  }

  /** Takes the array over; the caller keeps no reference. */
  public static SecretText owning(char[] value) {
    return new SecretText(value);
  }

  /** Copies from text that some library already made a {@code String} of. */
  public static SecretText of(CharSequence text) {
    char[] copy = new char[text.length()];
    for (int i = 0; i < copy.length; i++) {
      copy[i] = text.charAt(i);
    }
    return new SecretText(copy);
  }

  /** The array itself, for the length of a call; neither kept nor changed. */
  public char[] expose() {
    if (closed) {
      throw new IllegalStateException("secret used after it was wiped");
    }
    return value;
  }

  /**
   * A {@code String} copy, for interfaces that take nothing else (a header line, a shell variable
   * on stdout). It cannot be wiped: keep it as short a time as possible and out of logs.
   */
  public String reveal() {
    return new String(expose());
  }

  /** UTF-8 bytes in a fresh array that the caller wipes. */
  public byte[] utf8() {
    ByteBuffer encoded = ByteBuffer.wrap(new byte[expose().length * 3]);
    StandardCharsets.UTF_8
        .newEncoder()
        .onMalformedInput(CodingErrorAction.REPLACE)
        .encode(CharBuffer.wrap(value), encoded, true);
    byte[] bytes = Arrays.copyOf(encoded.array(), encoded.position());
    Arrays.fill(encoded.array(), (byte) 0);
    return bytes;
  }

  /** A copy with a life of its own. */
  public SecretText copy() {
    return new SecretText(expose().clone());
  }

  /** Characters held. */
  public int length() {
    return value.length;
  }

  /** Whether nothing is held. */
  public boolean isEmpty() {
    return value.length == 0;
  }

  /** Wipes the characters; calling it again does nothing. */
  @Override
  public void close() {
    Arrays.fill(value, '\0');
    closed = true;
  }

  @Override
  public String toString() {
    return closed ? "SecretText[wiped]" : "SecretText[redacted]";
  }
}

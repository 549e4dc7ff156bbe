package dev.adit.api.http;

import java.nio.charset.StandardCharsets;

/** The bytes of a message; a type of its own so that {@code toString} keeps them to itself. */
public final class HttpBody {
  /** No body. */
  public static final HttpBody EMPTY = new HttpBody(new byte[0]);

  private final byte[] bytes;

  private HttpBody(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Takes the array over; the caller keeps no reference. */
  public static HttpBody owning(byte[] bytes) {
    return bytes.length == 0 ? EMPTY : new HttpBody(bytes);
  }

  /** UTF-8. */
  public static HttpBody of(String text) {
    return owning(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The array itself; not to be changed. */
  public byte[] expose() {
    return bytes;
  }

  /** Decoded as UTF-8, bad sequences replaced. */
  public String text() {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** Bytes held. */
  public int length() {
    return bytes.length;
  }

  @Override
  public String toString() {
    return "HttpBody[" + bytes.length + " bytes]";
  }
}

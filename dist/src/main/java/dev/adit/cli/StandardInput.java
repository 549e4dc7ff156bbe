package dev.adit.cli;

import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.secret.SecretText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Secrets on standard input: one line each, read byte by byte so that nothing behind it is taken.
 */
final class StandardInput {
  private static final int MAX_LINE_BYTES = 16384;

  private StandardInput() {}

  /**
   * Reads a line without its end.
   *
   * @param what for an error
   */
  static SecretText line(InputStream in, String what) throws VpnException {
    byte[] bytes = new byte[MAX_LINE_BYTES];
    try {
      int length = 0;
      int next = in.read();
      if (next < 0) {
        throw new VpnException(Kind.CONFIGURATION, what + ": standard input is empty or closed");
      }
      while (next >= 0 && next != '\n') {
        if (length == MAX_LINE_BYTES) {
          throw new VpnException(Kind.CONFIGURATION, what + ": the line is too long");
        }
        bytes[length++] = (byte) next;
        next = in.read();
      }
      if (length > 0 && bytes[length - 1] == '\r') {
        length--;
      }
      char[] text =
          StandardCharsets.UTF_8.decode(ByteBuffer.wrap(bytes, 0, length)).toString().toCharArray();
      return SecretText.owning(text);
    } catch (IOException e) {
      throw new VpnException(Kind.CONFIGURATION, what + ": standard input cannot be read", e);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }
}

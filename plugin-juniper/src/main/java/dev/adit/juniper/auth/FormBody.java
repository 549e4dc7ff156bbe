package dev.adit.juniper.auth;

import dev.adit.api.http.HttpBody;
import dev.adit.api.secret.SecretText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * {@code application/x-www-form-urlencoded} as openconnect 9.01 makes it: all but unreserved ASCII
 * is escaped, a blank too. Intermediate copies of values are wiped.
 */
final class FormBody {
  private static final byte[] HEX = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);

  private final List<byte[]> pairs = new ArrayList<>();

  void add(String name, SecretText value) {
    byte[] plain = value.utf8();
    byte[] escapedValue = escaped(plain);
    Arrays.fill(plain, (byte) 0);
    byte[] escapedName = escaped(name.getBytes(StandardCharsets.UTF_8));
    byte[] pair = Arrays.copyOf(escapedName, escapedName.length + 1 + escapedValue.length);
    pair[escapedName.length] = '=';
    System.arraycopy(escapedValue, 0, pair, escapedName.length + 1, escapedValue.length);
    Arrays.fill(escapedValue, (byte) 0);
    pairs.add(pair);
  }

  HttpBody build() {
    int length = Math.max(0, pairs.size() - 1) + pairs.stream().mapToInt(p -> p.length).sum();
    byte[] body = new byte[length];
    int at = 0;
    for (byte[] pair : pairs) {
      if (at > 0) {
        body[at++] = '&';
      }
      System.arraycopy(pair, 0, body, at, pair.length);
      at += pair.length;
      Arrays.fill(pair, (byte) 0);
    }
    pairs.clear();
    return HttpBody.owning(body);
  }

  private static byte[] escaped(byte[] text) {
    int length = 0;
    for (byte b : text) {
      length += isUnreserved(b) ? 1 : 3;
    }
    byte[] escaped = new byte[length];
    int at = 0;
    for (byte b : text) {
      if (isUnreserved(b)) {
        escaped[at++] = b;
      } else {
        escaped[at++] = '%';
        escaped[at++] = HEX[b >> 4 & 15];
        escaped[at++] = HEX[b & 15];
      }
    }
    return escaped;
  }

  /** RFC 3986 §2.3. */
  private static boolean isUnreserved(byte b) {
    return b >= 'a' && b <= 'z'
        || b >= 'A' && b <= 'Z'
        || b >= '0' && b <= '9'
        || b == '-'
        || b == '.'
        || b == '_'
        || b == '~';
  }
}

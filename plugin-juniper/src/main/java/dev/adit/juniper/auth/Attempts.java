package dev.adit.juniper.auth;

import dev.adit.api.secret.SecretText;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * What was answered to which form, as salted digests: the only sign of wrong credentials that every
 * server gives is that the form comes again.
 */
final class Attempts {
  private final byte[] salt = new byte[16];
  private final Map<String, byte[]> digests = new HashMap<>();

  Attempts(SecureRandom random) {
    random.nextBytes(salt);
  }

  boolean contains(String form) {
    return digests.containsKey(form);
  }

  boolean isEmpty() {
    return digests.isEmpty();
  }

  /** Keeps the answers for a form; whether they are the same as the last ones for it. */
  boolean repeats(String form, Map<String, SecretText> answers) {
    MessageDigest digest = sha256();
    digest.update(salt);
    answers.forEach(
        (name, value) -> {
          digest.update(name.getBytes(StandardCharsets.UTF_8));
          digest.update((byte) 0);
          byte[] bytes = value.utf8();
          digest.update(bytes);
          Arrays.fill(bytes, (byte) 0);
          digest.update((byte) 0);
        });
    byte[] now = digest.digest();
    byte[] before = digests.put(form, now);
    return before != null && MessageDigest.isEqual(before, now);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}

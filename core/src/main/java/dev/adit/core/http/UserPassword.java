package dev.adit.core.http;

import dev.adit.api.secret.SecretText;

/**
 * Who one is to a server or a proxy.
 *
 * @param user for NTLM perhaps {@code DOMAIN\NAME}
 * @param password owned by this
 */
public record UserPassword(String user, SecretText password) implements AutoCloseable {
  @Override
  public void close() {
    password.close();
  }
}

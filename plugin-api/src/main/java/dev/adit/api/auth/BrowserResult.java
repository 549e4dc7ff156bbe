package dev.adit.api.auth;

import dev.adit.api.secret.SecretText;

/**
 * What the browser brought back: the request target below the prefix for a listener, the cookie's
 * value for a watch. The receiver closes it.
 */
public record BrowserResult(SecretText value) {}

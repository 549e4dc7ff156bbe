package dev.adit.api.auth;

import java.util.Optional;

/**
 * What we say we are; servers filter on it.
 *
 * @param os {@code --os}: linux, linux-64, win, mac-intel, android or apple-ios
 * @param userAgent {@code --useragent}; empty means the protocol's own default
 * @param versionString {@code --version-string}; empty means the protocol's own default
 * @param localHostname {@code --local-hostname}, or this host's name
 */
public record ClientIdentity(
    String os, Optional<String> userAgent, Optional<String> versionString, String localHostname) {}

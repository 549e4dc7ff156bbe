package dev.adit.api.auth;

import dev.adit.api.OptionValues;
import java.util.Optional;

/**
 * Options that mean the same for every protocol, as far as they shape the log-in.
 *
 * @param user {@code --user}: answers the first user-name field; core fills it in forms, it is here
 *     for protocols that need it elsewhere
 * @param authGroup {@code --authgroup}: which group, realm or role to choose, by value or label
 * @param identity what we say we are
 * @param options the protocol's own
 */
public record LoginSettings(
    Optional<String> user,
    Optional<String> authGroup,
    ClientIdentity identity,
    OptionValues options) {}

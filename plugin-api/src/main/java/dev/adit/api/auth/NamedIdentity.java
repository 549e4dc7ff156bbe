package dev.adit.api.auth;

/**
 * Something that a client of this protocol may say it is, for {@code adit doctor} to try where a
 * server turns away what we say by ourselves.
 *
 * @param name for people: program, version, system
 * @param os as {@code --os} takes it
 * @param userAgent as {@code --useragent} takes it
 * @param versionString as {@code --version-string} takes it
 */
public record NamedIdentity(String name, String os, String userAgent, String versionString) {}

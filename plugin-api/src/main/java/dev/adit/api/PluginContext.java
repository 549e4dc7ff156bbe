package dev.adit.api;

import java.security.SecureRandom;
import java.time.InstantSource;

/**
 * What every part of a plugin may use of the outside world.
 *
 * @param random the only source of randomness; a test hands in a fixed one
 * @param clock wall-clock time, for one-time codes and dates in texts. Engines get their time with
 *     each call instead
 */
public record PluginContext(SecureRandom random, InstantSource clock) {}

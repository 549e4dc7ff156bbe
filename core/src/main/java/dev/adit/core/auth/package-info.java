/**
 * Core's side of the log-in conversation: answers to a plugin's forms from options, configuration,
 * secrets and tokens, and from a person last.
 *
 * <p>Everything here runs on the thread of the log-in. Answers are {@link
 * dev.adit.api.secret.SecretText}: whoever takes one wipes it.
 */
@NullMarked
package dev.adit.core.auth;

import org.jspecify.annotations.NullMarked;

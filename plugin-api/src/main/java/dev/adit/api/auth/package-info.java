/**
 * The log-in as a conversation: the plugin asks, core answers from options, secrets or a person.
 */
@NullMarked
package dev.adit.api.auth;

import org.jspecify.annotations.NullMarked;

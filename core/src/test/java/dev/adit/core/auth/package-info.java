/** Tests of answers to forms, of secrets, and of a server's text made harmless. */
@NullMarked
package dev.adit.core.auth;

import org.jspecify.annotations.NullMarked;

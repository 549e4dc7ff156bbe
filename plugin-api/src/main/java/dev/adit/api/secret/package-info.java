/** Values that must not leak: wiped when closed, and silent in {@code toString}. */
@NullMarked
package dev.adit.api.secret;

import org.jspecify.annotations.NullMarked;

/** The interface held still. */
@NullMarked
package dev.adit.api;

import org.jspecify.annotations.NullMarked;

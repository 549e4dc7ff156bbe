/**
 * The host's network as a wanted state and a difference, with a journal that undoes it after a
 * crash.
 */
@NullMarked
package dev.adit.core.host;

import org.jspecify.annotations.NullMarked;

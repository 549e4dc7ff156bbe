/**
 * Log-in. Documents of the server are parsed by the JDK with all of DTD and entities switched off,
 * and read leniently above that: unknown elements are skipped, stray ampersands mended.
 */
@NullMarked
package dev.adit.anyconnect.auth;

import org.jspecify.annotations.NullMarked;

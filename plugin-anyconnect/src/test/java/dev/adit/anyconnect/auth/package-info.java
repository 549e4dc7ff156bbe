/** Bytes against bytes. */
@NullMarked
package dev.adit.anyconnect.auth;

import org.jspecify.annotations.NullMarked;

/** Bytes against bytes. */
@NullMarked
package dev.adit.anyconnect.cstp;

import org.jspecify.annotations.NullMarked;

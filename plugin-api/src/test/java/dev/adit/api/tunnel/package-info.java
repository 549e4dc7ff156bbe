/** Bytes against bytes. */
@NullMarked
package dev.adit.api.tunnel;

import org.jspecify.annotations.NullMarked;

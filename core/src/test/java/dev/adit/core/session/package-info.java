/** Tests of sessions and their carriers. */
@NullMarked
package dev.adit.core.session;

import org.jspecify.annotations.NullMarked;

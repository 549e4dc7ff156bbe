/** Golden vectors, pairs over a lossy wire, and damaged input for the DTLS engine. */
@NullMarked
package dev.adit.anyconnect.dtls;

import org.jspecify.annotations.NullMarked;

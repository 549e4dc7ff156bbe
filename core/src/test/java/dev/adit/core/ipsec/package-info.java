/** Who performs ESP, against a kernel of the tests' own. */
@NullMarked
package dev.adit.core.ipsec;

import org.jspecify.annotations.NullMarked;

/** Rules that hold for the whole of the code, each with its reason. */
@NullMarked
package dev.adit.architecture;

import org.jspecify.annotations.NullMarked;

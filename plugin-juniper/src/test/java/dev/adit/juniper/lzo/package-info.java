/** LZO1X against liblzo2's output, limits and damage. */
@NullMarked
package dev.adit.juniper.lzo;

import org.jspecify.annotations.NullMarked;

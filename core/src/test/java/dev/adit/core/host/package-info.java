/** Tests. */
@NullMarked
package dev.adit.core.host;

import org.jspecify.annotations.NullMarked;

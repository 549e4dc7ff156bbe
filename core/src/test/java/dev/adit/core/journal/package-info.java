/** Tests. */
@NullMarked
package dev.adit.core.journal;

import org.jspecify.annotations.NullMarked;

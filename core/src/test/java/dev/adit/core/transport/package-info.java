/** Tests. */
@NullMarked
package dev.adit.core.transport;

import org.jspecify.annotations.NullMarked;

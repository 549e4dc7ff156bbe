/** Tests. */
@NullMarked
package dev.adit.core.net;

import org.jspecify.annotations.NullMarked;

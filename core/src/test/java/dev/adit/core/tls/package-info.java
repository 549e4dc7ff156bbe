/** Tests. */
@NullMarked
package dev.adit.core.tls;

import org.jspecify.annotations.NullMarked;

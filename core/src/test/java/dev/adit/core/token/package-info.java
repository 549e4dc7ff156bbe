/** Tests. */
@NullMarked
package dev.adit.core.token;

import org.jspecify.annotations.NullMarked;

/** Tests. */
@NullMarked
package dev.adit.anyconnect;

import org.jspecify.annotations.NullMarked;

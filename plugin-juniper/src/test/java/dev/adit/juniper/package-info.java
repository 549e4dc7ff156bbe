/** Tests. */
@NullMarked
package dev.adit.juniper;

import org.jspecify.annotations.NullMarked;

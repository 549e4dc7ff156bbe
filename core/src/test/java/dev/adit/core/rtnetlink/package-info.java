/** Tests. */
@NullMarked
package dev.adit.core.rtnetlink;

import org.jspecify.annotations.NullMarked;

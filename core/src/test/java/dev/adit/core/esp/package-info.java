/** Tests of ESP in userspace. */
@NullMarked
package dev.adit.core.esp;

import org.jspecify.annotations.NullMarked;

/** Tests against the kernel itself, in namespaces of their own. */
@NullMarked
package dev.adit.core.sys;

import org.jspecify.annotations.NullMarked;

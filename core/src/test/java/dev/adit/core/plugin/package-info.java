/** Tests of finding plugins. */
@NullMarked
package dev.adit.core.plugin;

import org.jspecify.annotations.NullMarked;

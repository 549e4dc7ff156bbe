/** Tests of this package, and a loop whose time a test owns. */
@NullMarked
package dev.adit.core.loop;

import org.jspecify.annotations.NullMarked;

/** Juniper Network Connect: known by name in this version, and refused with a reason. */
@NullMarked
package dev.adit.juniper;

import org.jspecify.annotations.NullMarked;

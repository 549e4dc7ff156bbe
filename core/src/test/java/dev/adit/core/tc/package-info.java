/** Bytes of traffic control, against those of iproute2. */
@NullMarked
package dev.adit.core.tc;

import org.jspecify.annotations.NullMarked;

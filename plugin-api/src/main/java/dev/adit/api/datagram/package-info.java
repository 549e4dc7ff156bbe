/** Carriers over UDP: a plugin offers them, core performs them. */
@NullMarked
package dev.adit.api.datagram;

import org.jspecify.annotations.NullMarked;

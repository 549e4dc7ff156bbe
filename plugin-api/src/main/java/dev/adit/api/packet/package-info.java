/** The unit of the data path: many packets in one array, changed in place, no object per packet. */
@NullMarked
package dev.adit.api.packet;

import org.jspecify.annotations.NullMarked;

/**
 * LZO1X, as it stands in compressed ESP packets: one raw block each, without header or checksum.
 * Written after the description of the stream format in the Linux documentation (lzo.rst).
 *
 * <p>Pure: arrays in, arrays out.
 */
@NullMarked
package dev.adit.juniper.lzo;

import org.jspecify.annotations.NullMarked;

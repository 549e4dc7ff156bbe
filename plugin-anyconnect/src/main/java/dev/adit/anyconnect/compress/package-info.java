/**
 * Compression of single IP packets, as AnyConnect and ocserv 1.1.6 do it: a packet that shrinks
 * travels under type 8 in place of type 0, both in CSTP frames and in DTLS records.
 *
 * <pre>
 *   oc-lz4    one LZ4 block per packet, nothing around it          CSTP, DTLS
 *   lzs       RFC 1974, a fresh history for every packet           CSTP, DTLS
 *   deflate   RFC 1951, one history for the life of the tunnel     CSTP
 * </pre>
 *
 * <p>{@link Encoding} is what the two sides agree on, {@link PacketCompression} what an engine
 * uses; compressing and expanding share no state, so that two threads may do one each. Compressed
 * length tells of a packet's contents: who can add to what somebody else sends may learn of it,
 * which is why nothing is compressed unless it was asked for.
 */
@NullMarked
package dev.adit.anyconnect.compress;

import org.jspecify.annotations.NullMarked;

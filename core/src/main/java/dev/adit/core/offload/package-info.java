/**
 * What network hardware does for the kernel, done for a TUN that asks for it: large packets cut
 * into those that travel, small ones joined, checksums finished and checked. Pure: bytes against
 * bytes.
 *
 * <pre>
 *   out  one read  → | header | packet of ≤ 64 KB | → {@link dev.adit.core.offload.Segmenter} → packets
 *   in   packets → {@link dev.adit.core.offload.AckFilter} → {@link dev.adit.core.offload.Coalescer}
 *                → | header | packet of ≤ 64 KB | → one write
 * </pre>
 *
 * <p>Without it each packet costs a system call and a way through the host's whole network stack,
 * which is most of what a tunnel costs. The header is {@link dev.adit.core.offload.VirtioHeader}.
 *
 * <p>{@link dev.adit.core.offload.MssClamp} is what a router's firewall does, for those who ask.
 *
 * <p>No object is made per packet. One thread at a time.
 */
@NullMarked
package dev.adit.core.offload;

import org.jspecify.annotations.NullMarked;

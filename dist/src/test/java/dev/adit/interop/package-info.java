/**
 * adit as its users run it, {@code bin/adit} from the built tree, against real servers in network
 * namespaces that each test makes and removes.
 *
 * <pre>
 *   namespace adit-XXXX-c                     namespace adit-XXXX-s
 *   bin/adit, ping, nc  192.0.2.2 ── veth ── 192.0.2.1  ocserv, nc
 * </pre>
 */
@NullMarked
package dev.adit.interop;

import org.jspecify.annotations.NullMarked;

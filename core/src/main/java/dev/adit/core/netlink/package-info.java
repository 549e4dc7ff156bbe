/** Netlink messages, pure: headers, attributes, padding. Above it nobody computes an offset. */
@NullMarked
package dev.adit.core.netlink;

import org.jspecify.annotations.NullMarked;

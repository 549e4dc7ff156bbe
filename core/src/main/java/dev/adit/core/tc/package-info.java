/** Traffic control as netlink messages, tc(8): where packets of an interface are sent elsewhere. */
@NullMarked
package dev.adit.core.tc;

import org.jspecify.annotations.NullMarked;

/**
 * What the host's network does while a session runs: which way leads to the gateway without the
 * tunnel, and when that may have changed. Events of netlink (rtnetlink(7)) and of the clock say
 * when to look; what counts is the difference that a look shows, so that routes and addresses of
 * our own, and those that concern nobody, change nothing.
 */
@NullMarked
package dev.adit.core.roaming;

import org.jspecify.annotations.NullMarked;

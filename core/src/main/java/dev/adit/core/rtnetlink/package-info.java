/**
 * Links, addresses and routes as netlink messages, rtnetlink(7). Pure; the tests hold the {@code
 * ip} command that each equals beside its bytes.
 */
@NullMarked
package dev.adit.core.rtnetlink;

import org.jspecify.annotations.NullMarked;

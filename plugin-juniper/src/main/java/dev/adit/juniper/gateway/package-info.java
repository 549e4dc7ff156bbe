/**
 * The server side of Network Connect, for tests and demonstrations. Sans-IO: {@link
 * dev.adit.juniper.gateway.LoginPages} takes one request and returns one answer.
 */
@NullMarked
package dev.adit.juniper.gateway;

import org.jspecify.annotations.NullMarked;

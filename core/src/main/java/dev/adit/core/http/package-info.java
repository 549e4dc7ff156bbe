/**
 * The HTTP client that a log-in is lent: messages by HttpCore, connections by {@link
 * dev.adit.core.net}, and bounds on everything that a server sends.
 */
@NullMarked
package dev.adit.core.http;

import org.jspecify.annotations.NullMarked;

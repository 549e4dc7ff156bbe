/** The HTTP client that core lends to a plugin for its log-in; it lives on core TLS connections. */
@NullMarked
package dev.adit.api.http;

import org.jspecify.annotations.NullMarked;

/** The server side of a protocol, sans-IO, for development, tests and demonstrations. */
@NullMarked
package dev.adit.api.gateway;

import org.jspecify.annotations.NullMarked;

/** Tests of the gateway: what it refuses. */
@NullMarked
package dev.adit.anyconnect.gateway;

import org.jspecify.annotations.NullMarked;

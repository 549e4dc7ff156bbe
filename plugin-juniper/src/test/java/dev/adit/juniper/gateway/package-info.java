/** Tests. */
@NullMarked
package dev.adit.juniper.gateway;

import org.jspecify.annotations.NullMarked;

/** What the server says of ESP, bytes against offers. */
@NullMarked
package dev.adit.juniper.esp;

import org.jspecify.annotations.NullMarked;

/** The command line without any network. */
@NullMarked
package dev.adit.cli;

import org.jspecify.annotations.NullMarked;

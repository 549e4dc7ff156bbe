/**
 * The program {@code adit}: one thin class per subcommand, and the one place for exit codes.
 *
 * <p>{@link dev.adit.cli.Main} looks at the first word, makes the one command that it names and
 * runs it; {@code connect} is meant when it names none. stdout is data, stderr is the log. Nothing
 * here knows a protocol: that is what plugins are for.
 */
@NullMarked
package dev.adit.cli;

import org.jspecify.annotations.NullMarked;

/**
 * The command line: {@link dev.adit.cli.Main} finds the subcommand, each of which is a thin class;
 * {@link dev.adit.cli.ConnectOptions} is the one model of options, {@link dev.adit.cli.ExitCode}
 * the one place of exit codes. stdout is data, stderr is the log.
 */
@NullMarked
package dev.adit.cli;

import org.jspecify.annotations.NullMarked;

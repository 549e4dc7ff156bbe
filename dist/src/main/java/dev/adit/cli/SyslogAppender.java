package dev.adit.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;

/**
 * The log by way of {@code logger(1)}: {@code /dev/log} is a datagram socket, which the JDK cannot
 * speak to. The program ends with its standard input.
 */
final class SyslogAppender extends AppenderBase<ILoggingEvent> {
  private final Writer lines;

  private SyslogAppender(Writer lines) {
    this.lines = lines;
  }

  /** Starts the program. */
  static SyslogAppender open(String tag) throws VpnException {
    try {
      Process logger =
          new ProcessBuilder("logger", "--prio-prefix", "--tag", tag)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      return new SyslogAppender(
          new OutputStreamWriter(logger.getOutputStream(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new VpnException(
          Kind.CONFIGURATION, "--syslog needs the program logger (package bsdutils)", e);
    }
  }

  @Override
  protected void append(ILoggingEvent event) {
    try {
      for (String line : event.getFormattedMessage().lines().toList()) {
        lines.write("<" + priority(event.getLevel()) + ">" + line + "\n");
      }
      lines.flush();
    } catch (IOException e) {
      addError("logger(1) has gone", e);
    }
  }

  /** Facility daemon, 3, and the severities of RFC 5424 §6.2.1. */
  static int priority(Level level) {
    int severity =
        switch (level.toInt()) {
          case Level.ERROR_INT -> 3;
          case Level.WARN_INT -> 4;
          case Level.INFO_INT -> 6;
          default -> 7;
        };
    return 3 * 8 + severity;
  }
}

package dev.adit.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import dev.adit.api.error.VpnException;
import org.slf4j.LoggerFactory;

/** The log on stderr: plain lines for a person; -v shows where they come from. */
final class LogSetup {
  private LogSetup() {}

  static void configure(boolean quiet, int verbose, boolean timestamp) {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.reset();
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern(
        (timestamp ? "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} " : "")
            + (verbose > 0 ? "%-5level %logger{0}: " : "")
            + "%msg%n%nopex");
    encoder.start();
    ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
    appender.setContext(context);
    appender.setTarget("System.err");
    appender.setEncoder(encoder);
    appender.start();
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.addAppender(appender);
    root.setLevel(Level.WARN);
    Level ours =
        quiet ? Level.WARN : verbose == 0 ? Level.INFO : verbose == 1 ? Level.DEBUG : Level.TRACE;
    context.getLogger("dev.adit").setLevel(ours);
  }

  /** From now on to syslog instead of stderr. */
  static void switchToSyslog() throws VpnException {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    SyslogAppender appender = SyslogAppender.open("adit[" + ProcessHandle.current().pid() + "]");
    appender.setContext(context);
    appender.start();
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.detachAndStopAllAppenders();
    root.addAppender(appender);
  }
}

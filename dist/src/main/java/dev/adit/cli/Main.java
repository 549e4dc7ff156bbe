package dev.adit.cli;

/** Entry point. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    System.exit(run(args).code());
  }

  static ExitCode run(String[] args) {
    return ExitCode.OK;
  }
}

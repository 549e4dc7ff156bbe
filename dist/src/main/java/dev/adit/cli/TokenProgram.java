package dev.adit.cli;

import dev.adit.api.error.AuthenticationException;
import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.secret.SecretText;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A program that knows one kind of token and prints its codes. It says what it has to say, such as
 * that a key wants to be touched, where our log goes.
 *
 * @param mode of {@code --token-mode}
 * @param name of the program, looked for in {@code PATH}
 * @param source package that has it in Debian
 */
record TokenProgram(String mode, String name, String source) {
  static final TokenProgram RSA = new TokenProgram("rsa", "stoken", "stoken");
  static final TokenProgram YUBIKEY = new TokenProgram("yubioath", "ykman", "yubikey-manager");

  /** Time to touch a key in. */
  private static final int LIMIT_SECONDS = 60;

  private static final int MOST_BYTES = 256;

  /**
   * Runs it to its end.
   *
   * @param arguments no secrets: others can see them
   * @param input its standard input
   * @return the code: the first line that it prints
   */
  SecretText code(List<String> arguments, SecretText input) throws VpnException {
    Process process = start(arguments);
    try {
      byte[] bytes = input.utf8();
      try (OutputStream in = process.getOutputStream()) {
        in.write(bytes);
      } catch (IOException e) {
        // It did not want to know; what it prints counts.
      } finally {
        Arrays.fill(bytes, (byte) 0);
      }
      byte[] printed = process.getInputStream().readNBytes(MOST_BYTES);
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        throw failed("did not end within " + LIMIT_SECONDS + " s");
      }
      String line = new String(printed, StandardCharsets.US_ASCII).lines().findFirst().orElse("");
      Arrays.fill(printed, (byte) 0);
      if (process.exitValue() != 0) {
        throw failed("ended with exit code " + process.exitValue());
      }
      if (!line.strip().matches("[0-9A-Za-z]{4,16}")) {
        throw failed("printed no code");
      }
      return SecretText.of(line.strip());
    } catch (IOException e) {
      throw failed("cannot be read: " + e.getMessage());
    } catch (InterruptedException e) {
      throw new VpnException(Kind.CANCELLED, "stopped at a code of the token", e);
    } finally {
      process.destroyForcibly();
    }
  }

  private Process start(List<String> arguments) throws VpnException {
    String[] argv = new String[arguments.size() + 1];
    argv[0] = name;
    for (int i = 0; i < arguments.size(); i++) {
      argv[i + 1] = arguments.get(i);
    }
    try {
      return new ProcessBuilder(argv).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    } catch (IOException e) {
      throw new VpnException(
          Kind.CONFIGURATION,
          "--token-mode="
              + mode
              + " needs the program "
              + name
              + ", which cannot be run here (in Debian it is in the package "
              + source
              + ")",
          e);
    }
  }

  private VpnException failed(String how) {
    return new AuthenticationException("--token-mode=" + mode + ": " + name + " " + how);
  }
}

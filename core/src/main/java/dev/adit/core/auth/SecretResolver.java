package dev.adit.core.auth;

import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.secret.SecretText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Fetches secrets from where they are kept. Each call fetches anew; the caller wipes. */
public final class SecretResolver {
  private static final int MAX_BYTES = 64 << 10;
  private static final int EXEC_SECONDS = 60;

  private final Map<String, String> environment;
  private final Prompter prompter;

  public SecretResolver(Map<String, String> environment, Prompter prompter) {
    this.environment = Map.copyOf(environment);
    this.prompter = prompter;
  }

  /**
   * Fetches one.
   *
   * @throws VpnException there is none; the message names the reference, never a value
   */
  public SecretText resolve(SecretSource source) throws VpnException, InterruptedException {
    if (source instanceof SecretSource.Given given) {
      return given.value().copy();
    }
    if (source instanceof SecretSource.Environment env) {
      String value = environment.get(env.variable());
      if (value == null) {
        throw missing("environment variable " + env.variable() + " is not set");
      }
      return SecretText.of(value);
    }
    if (source instanceof SecretSource.File file) {
      return file(file.path());
    }
    if (source instanceof SecretSource.Credential credential) {
      String directory = environment.get("CREDENTIALS_DIRECTORY");
      if (directory == null) {
        throw missing(
            "credential "
                + credential.name()
                + ": CREDENTIALS_DIRECTORY is not set; LoadCredential= in the systemd unit sets it");
      }
      return file(Path.of(directory, credential.name()));
    }
    if (source instanceof SecretSource.Exec exec) {
      return exec(exec);
    }
    return prompter.hidden(((SecretSource.Prompt) source).label());
  }

  private static SecretText file(Path path) throws VpnException {
    try (InputStream in = Files.newInputStream(path)) {
      return firstLine(in.readNBytes(MAX_BYTES));
    } catch (IOException e) {
      throw new VpnException(
          Kind.CONFIGURATION, "secret in " + path + " cannot be read: " + reason(e), e);
    }
  }

  private SecretText exec(SecretSource.Exec exec) throws VpnException, InterruptedException {
    String program = exec.command().get(0);
    Process process;
    try {
      ProcessBuilder builder = new ProcessBuilder(exec.command());
      builder.redirectError(ProcessBuilder.Redirect.INHERIT);
      process = builder.start();
    } catch (IOException e) {
      throw missing("secret program " + program + " cannot be run: " + reason(e));
    }
    try (InputStream in = process.getInputStream()) {
      process.getOutputStream().close();
      byte[] printed = in.readNBytes(MAX_BYTES);
      if (!process.waitFor(EXEC_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
        Arrays.fill(printed, (byte) 0);
        throw missing(
            "secret program "
                + program
                + (process.isAlive()
                    ? " did not end within " + EXEC_SECONDS + " s"
                    : " ended with exit code " + process.exitValue()));
      }
      return firstLine(printed);
    } catch (IOException e) {
      throw missing("secret program " + program + " cannot be read: " + reason(e));
    } finally {
      process.destroyForcibly();
    }
  }

  /** Decodes up to the first line feed and wipes the bytes. */
  static SecretText firstLine(byte[] bytes) {
    int end = 0;
    while (end < bytes.length && bytes[end] != '\n') {
      end++;
    }
    if (end > 0 && bytes[end - 1] == '\r') {
      end--;
    }
    CharBuffer decoded = StandardCharsets.UTF_8.decode(ByteBuffer.wrap(bytes, 0, end));
    char[] text = Arrays.copyOf(decoded.array(), decoded.remaining());
    Arrays.fill(decoded.array(), '\0');
    Arrays.fill(bytes, (byte) 0);
    return SecretText.owning(text);
  }

  private static VpnException missing(String message) {
    return new VpnException(Kind.CONFIGURATION, message);
  }

  private static String reason(IOException e) {
    return e instanceof java.nio.file.NoSuchFileException
        ? "there is no such file"
        : e instanceof java.nio.file.AccessDeniedException
            ? "permission denied"
            : String.valueOf(e.getMessage());
  }
}

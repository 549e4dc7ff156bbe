package dev.adit.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.core.auth.SecretSource;
import dev.adit.core.plugin.NearMiss;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * A configuration file: the long options as keys. JSON is strict, and errors name file, line,
 * column, JSON pointer and what is allowed; a file that does not begin with a brace is read as
 * OpenConnect's plain form, one {@code option=value} a line.
 */
final class ConfigFile {
  static final int VERSION = 1;

  /** Keys that are no options. */
  static final String SERVER_KEY = "server";

  static final String PASSWORD_KEY = "password";

  /** For a second password field. */
  static final String SECOND_PASSWORD_KEY = "second-password";

  /** For the user that the proxy's URL names. */
  static final String PROXY_PASSWORD_KEY = "proxy-password";

  /**
   * Secrets that are no option, with their help: what is said of them here is said nowhere else.
   */
  static final Map<String, String> OWN_SECRETS =
      new TreeMap<>(
          Map.of(
              PASSWORD_KEY,
              "The password of the log-in.",
              SECOND_PASSWORD_KEY,
              "For a second password field.",
              PROXY_PASSWORD_KEY,
              "For the user that the URL of \"proxy\" names."));

  /** Keys whose value is a secret: said by reference, or in a file that is its owner's alone. */
  static final Set<String> SECRET_KEYS =
      Set.of(
          PASSWORD_KEY,
          SECOND_PASSWORD_KEY,
          PROXY_PASSWORD_KEY,
          "key-password",
          "mca-key-password",
          "token-secret",
          "cookie");

  private static final String REFERENCES =
      "{\"env\": ..}, {\"file\": ..}, {\"exec\": [..]}, {\"credential\": ..} or {\"prompt\": ..}";

  /** A proxy's URL with a password in it. */
  private static final Pattern URL_PASSWORD = Pattern.compile("//[^/@]*:[^/@]+@");

  static final String VERSION_KEY = "version";

  /** SHA-256 of plugins' archives by plugin id. */
  static final String PINS_KEY = "plugin-pins";

  static final Pattern PIN = Pattern.compile("sha256:([0-9a-f]{64})");

  private final Path file;
  private final CommandSpec spec;
  private final List<String> arguments = new ArrayList<>();
  private final Map<String, SecretSource> secrets = new HashMap<>();
  private final Map<String, String> pins = new HashMap<>();

  private ConfigFile(Path file, CommandSpec spec) {
    this.file = file;
    this.spec = spec;
  }

  /** Whether an option has a key: help and the file itself have none. */
  static boolean isKey(String option) {
    return !option.equals("config") && !option.equals("help") && !option.equals("version");
  }

  /** Reads and checks a file against the options that there are. */
  static ConfigFile read(Path file, CommandSpec spec) throws VpnException {
    ConfigFile config = new ConfigFile(file, spec);
    try {
      String text = Files.readString(file);
      if (text.stripLeading().startsWith("{")) {
        config.readJson(text);
      } else {
        config.readPlain(text);
      }
      return config;
    } catch (JsonProcessingException e) {
      throw config.wrong(e.getLocation(), "", e.getOriginalMessage());
    } catch (IOException e) {
      throw new VpnException(Kind.CONFIGURATION, "--config " + file + ": cannot be read", e);
    }
  }

  /** The protocol that a file names, found without judging the rest of it. */
  static Optional<String> protocolIn(Path file) throws VpnException {
    try {
      Matcher named =
          Pattern.compile(
                  "(?m)(?:\"protocol\"\\s*:\\s*\"|^\\s*protocol\\s*[= ]\\s*)([a-z][a-z0-9-]*)")
              .matcher(Files.readString(file));
      return named.find() ? Optional.of(named.group(1)) : Optional.empty();
    } catch (IOException e) {
      throw new VpnException(Kind.CONFIGURATION, "--config " + file + ": cannot be read", e);
    }
  }

  /**
   * The pins of a file, in hex by plugin id, read without judging the rest of it: a plugin has to
   * be loaded, and so be let in, before all options are known.
   */
  static Map<String, String> pinsIn(Path file) throws VpnException {
    ConfigFile config = new ConfigFile(file, CommandSpec.create());
    try {
      String text = Files.readString(file);
      if (!text.stripLeading().startsWith("{")) {
        return Map.of();
      }
      try (JsonParser json = strict().createParser(text)) {
        json.nextToken();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
          String key = json.currentName();
          JsonLocation at = json.currentTokenLocation();
          json.nextToken();
          if (key.equals(PINS_KEY)) {
            config.pins(json, at);
          } else {
            json.skipChildren();
          }
        }
      }
      return Map.copyOf(config.pins);
    } catch (JsonProcessingException e) {
      throw config.wrong(e.getLocation(), "", e.getOriginalMessage());
    } catch (IOException e) {
      throw new VpnException(Kind.CONFIGURATION, "--config " + file + ": cannot be read", e);
    }
  }

  /** As if they had been said on the command line. */
  List<String> arguments() {
    return List.copyOf(arguments);
  }

  /** Secrets by key, fetched from nowhere yet. */
  Map<String, SecretSource> secrets() {
    return Map.copyOf(secrets);
  }

  private void readJson(String text) throws IOException, VpnException {
    boolean versioned = false;
    try (JsonParser json = strict().createParser(text)) {
      json.nextToken();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String key = json.currentName();
        JsonLocation at = json.currentTokenLocation();
        JsonToken value = json.nextToken();
        switch (key) {
          case VERSION_KEY -> {
            versioned = true;
            if (value != JsonToken.VALUE_NUMBER_INT || json.getIntValue() != VERSION) {
              throw wrong(at, "/version", "expected " + VERSION + ", got " + json.getText());
            }
          }
          case SERVER_KEY -> arguments.add(text(json, at, "/server"));
          case PINS_KEY -> pins(json, at);
          default -> {
            if (SECRET_KEYS.contains(key)) {
              secrets.put(key, secret(key, json, at));
            } else {
              option(key, json, at);
            }
          }
        }
      }
      if (!versioned) {
        throw wrong(json.currentLocation(), "/version", "missing; say \"version\": " + VERSION);
      }
      if (json.nextToken() != null) {
        throw wrong(json.currentTokenLocation(), "", "something follows the closing brace");
      }
    }
  }

  private static JsonFactory strict() {
    return JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();
  }

  private void pins(JsonParser json, JsonLocation at) throws IOException, VpnException {
    String pointer = "/" + PINS_KEY;
    if (json.currentToken() != JsonToken.START_OBJECT) {
      throw wrong(at, pointer, "expected {\"PLUGIN\": \"sha256:...\"}, got " + json.getText());
    }
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String id = json.currentName();
      JsonLocation place = json.currentTokenLocation();
      json.nextToken();
      Matcher pin = PIN.matcher(text(json, place, pointer + "/" + id));
      if (!pin.matches()) {
        throw wrong(
            place,
            pointer + "/" + id,
            "expected sha256: and 64 digits of hex in lower case, as sha256sum prints them");
      }
      pins.put(id, pin.group(1));
    }
    if (pins.isEmpty()) {
      throw wrong(at, pointer, "it names no plugin; leave it out, and all are let in");
    }
  }

  private void option(String key, JsonParser json, JsonLocation at)
      throws IOException, VpnException {
    OptionSpec option = spec.findOption("--" + key);
    if (option == null || !isKey(key)) {
      throw wrong(at, "/" + key, "there is no such option" + near(key));
    }
    switch (json.currentToken()) {
      case VALUE_TRUE, VALUE_FALSE -> {
        if (option.arity().max() > 0 && !option.typeInfo().isBoolean()) {
          throw wrong(at, "/" + key, "expected a value, got " + json.getText());
        }
        if (json.currentToken() == JsonToken.VALUE_TRUE) {
          arguments.add("--" + key);
        }
      }
      case VALUE_STRING, VALUE_NUMBER_INT -> add(option, key, json.getText(), at);
      case START_ARRAY -> {
        if (!option.isMultiValue()) {
          throw wrong(at, "/" + key, "takes one value, not a list");
        }
        for (int i = 0; json.nextToken() != JsonToken.END_ARRAY; i++) {
          add(option, key, text(json, json.currentTokenLocation(), "/" + key + "/" + i), at);
        }
      }
      default -> throw wrong(at, "/" + key, "expected a string, a number, true or false");
    }
  }

  private void add(OptionSpec option, String key, String value, JsonLocation at)
      throws IOException, VpnException {
    if (option.arity().max() == 0) {
      throw wrong(at, "/" + key, "expected true or false, got \"" + value + "\"");
    }
    boolean number = option.type() == Integer.class || option.type() == int.class;
    if (number && !value.matches("-?\\d{1,9}")) {
      throw wrong(at, "/" + key, "expected a number, got \"" + value + "\"");
    }
    if (URL_PASSWORD.matcher(value).find()) {
      refuseIfReadable("/" + key, at);
    }
    arguments.add("--" + key + "=" + value);
  }

  private String text(JsonParser json, JsonLocation at, String pointer)
      throws IOException, VpnException {
    if (json.currentToken() != JsonToken.VALUE_STRING) {
      throw wrong(at, pointer, "expected a string, got " + json.getText());
    }
    return json.getText();
  }

  /** A reference to a secret; the secret itself only in a file that nobody else can read. */
  private SecretSource secret(String key, JsonParser json, JsonLocation at)
      throws IOException, VpnException {
    String pointer = "/" + key;
    if (json.currentToken() == JsonToken.VALUE_STRING) {
      return literal(json.getText(), pointer, at);
    }
    if (json.currentToken() != JsonToken.START_OBJECT || json.nextToken() != JsonToken.FIELD_NAME) {
      throw wrong(at, pointer, "expected an object that says where it is: " + REFERENCES);
    }
    String kind = json.currentName();
    String inner = pointer + "/" + kind;
    json.nextToken();
    SecretSource source =
        switch (kind) {
          case "env" -> new SecretSource.Environment(text(json, at, inner));
          case "file" -> new SecretSource.File(Path.of(text(json, at, inner)));
          case "credential" -> new SecretSource.Credential(text(json, at, inner));
          case "prompt" -> new SecretSource.Prompt(text(json, at, inner));
          case "exec" -> new SecretSource.Exec(list(inner, json, at));
          default -> throw wrong(at, inner, "expected env, file, exec, credential or prompt");
        };
    if (json.nextToken() != JsonToken.END_OBJECT) {
      throw wrong(json.currentTokenLocation(), pointer, "one reference is enough");
    }
    return source;
  }

  private SecretSource literal(String text, String pointer, @Nullable JsonLocation at)
      throws IOException, VpnException {
    SecretSource source = Secrets.source(text);
    if (source instanceof SecretSource.Given) {
      refuseIfReadable(pointer, at);
    }
    return source;
  }

  private void refuseIfReadable(String pointer, @Nullable JsonLocation at)
      throws IOException, VpnException {
    if (readableByOthers()) {
      throw wrong(
          at, pointer, "a secret in a file that others can read; chmod 600, or say " + REFERENCES);
    }
  }

  private List<String> list(String pointer, JsonParser json, JsonLocation at)
      throws IOException, VpnException {
    List<String> words = new ArrayList<>();
    if (json.currentToken() == JsonToken.START_ARRAY) {
      while (json.nextToken() != JsonToken.END_ARRAY) {
        words.add(text(json, at, pointer + "/" + words.size()));
      }
    }
    if (words.isEmpty()) {
      throw wrong(at, pointer, "expected a list: the program and its arguments");
    }
    return words;
  }

  private boolean readableByOthers() throws IOException {
    Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
    return permissions.contains(PosixFilePermission.GROUP_READ)
        || permissions.contains(PosixFilePermission.OTHERS_READ);
  }

  private void readPlain(String text) throws IOException, VpnException {
    int number = 0;
    for (String line : text.lines().toList()) {
      number++;
      String content = line.strip();
      if (content.isEmpty() || content.startsWith("#")) {
        continue;
      }
      String[] parts = content.split("\\s*=\\s*|\\s+", 2);
      if (spec.findOption("--" + parts[0]) == null || !isKey(parts[0])) {
        throw new VpnException(
            Kind.CONFIGURATION,
            file + ":" + number + ": there is no option \"" + parts[0] + "\"" + near(parts[0]));
      }
      if (parts.length > 1 && SECRET_KEYS.contains(parts[0])) {
        secrets.put(parts[0], literal(parts[1], "line " + number, null));
      } else {
        if (parts.length > 1 && URL_PASSWORD.matcher(parts[1]).find()) {
          refuseIfReadable("line " + number, null);
        }
        arguments.add("--" + parts[0] + (parts.length > 1 ? "=" + parts[1] : ""));
      }
    }
  }

  private VpnException wrong(@Nullable JsonLocation at, String pointer, String what) {
    String where = at == null ? "" : ":" + at.getLineNr() + ":" + at.getColumnNr();
    return new VpnException(
        Kind.CONFIGURATION, file + where + ": " + (pointer.isEmpty() ? "" : pointer + ": ") + what);
  }

  private String near(String key) {
    List<String> keys =
        Stream.concat(
                spec.options().stream()
                    .map(o -> o.longestName().substring(2))
                    .filter(ConfigFile::isKey),
                Stream.concat(
                    Stream.of(SERVER_KEY, VERSION_KEY, PINS_KEY), OWN_SECRETS.keySet().stream()))
            .toList();
    return NearMiss.of(key, keys).map(name -> "; did you mean \"" + name + "\"?").orElse("");
  }
}

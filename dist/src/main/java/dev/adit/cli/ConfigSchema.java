package dev.adit.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The JSON Schema of {@link ConfigFile}, from the same options. */
final class ConfigSchema {
  private static final ObjectMapper JSON = new ObjectMapper();

  private ConfigSchema() {}

  static String of(CommandSpec spec) {
    ObjectNode schema = JSON.createObjectNode();
    schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
    schema.put("title", "adit configuration");
    schema.put("type", "object");
    schema.put("additionalProperties", false);
    schema.putArray("required").add(ConfigFile.VERSION_KEY);
    ObjectNode properties = schema.putObject("properties");
    properties.putObject(ConfigFile.VERSION_KEY).put("const", ConfigFile.VERSION);
    properties
        .putObject(ConfigFile.SERVER_KEY)
        .put("type", "string")
        .put("description", "Host, HOST:PORT, or https URL.");
    ConfigFile.OWN_SECRETS.forEach((key, help) -> secret(properties.putObject(key), help));
    ObjectNode pins = properties.putObject(ConfigFile.PINS_KEY);
    pins.put("description", Manual.PINS);
    pins.put("type", "object").put("minProperties", 1);
    pins.putObject("additionalProperties")
        .put("type", "string")
        .put("pattern", "^" + ConfigFile.PIN.pattern() + "$");
    for (OptionSpec option : spec.options()) {
      String name = option.longestName().substring(2);
      if (ConfigFile.isKey(name) && !properties.has(name)) {
        if (ConfigFile.SECRET_KEYS.contains(name)) {
          secret(properties.putObject(name), Manual.description(option));
        } else {
          describe(properties.putObject(name), option);
        }
      }
    }
    return schema.toPrettyString();
  }

  private static void describe(ObjectNode node, OptionSpec option) {
    node.put("description", Manual.description(option));
    boolean number = option.type() == Integer.class || option.type() == int.class;
    if (option.arity().max() == 0) {
      node.put("type", "boolean");
    } else if (option.isMultiValue()) {
      node.putArray("type").add("array").add("string");
      node.putObject("items").put("type", "string");
    } else if (number) {
      node.put("type", "integer");
    } else {
      node.putArray("type").add("string").add("boolean");
    }
  }

  private static void secret(ObjectNode node, String description) {
    node.put("description", description);
    node.putArray("type").add("object").add("string");
    node.put("minProperties", 1);
    node.put("maxProperties", 1);
    node.put("additionalProperties", false);
    ObjectNode kinds = node.putObject("properties");
    for (String kind : new String[] {"env", "file", "credential", "prompt"}) {
      kinds.putObject(kind).put("type", "string");
    }
    ObjectNode exec = kinds.putObject("exec").put("type", "array").put("minItems", 1);
    exec.putObject("items").put("type", "string");
  }
}

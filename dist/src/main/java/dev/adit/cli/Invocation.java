package dev.adit.cli;

import dev.adit.api.PluginContext;
import dev.adit.api.VpnProtocol;
import dev.adit.core.auth.SecretResolver;
import dev.adit.core.auth.SecretSource;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Map;

/** What a call of {@code adit connect} asks for, and what all of its steps need to do it. */
record Invocation(
    ConnectOptions options,
    Choices choices,
    VpnProtocol protocol,
    Map<String, String> protocolOptions,
    Secrets secrets,
    PluginContext plugin,
    TerminalPrompter prompter) {

  static Invocation of(
      ConnectOptions options,
      VpnProtocol protocol,
      Map<String, String> protocolOptions,
      Map<String, SecretSource> configuredSecrets) {
    return new Invocation(
        options,
        new Choices(options),
        protocol,
        Map.copyOf(protocolOptions),
        new Secrets(configuredSecrets),
        new PluginContext(new SecureRandom(), Clock.systemUTC()),
        new TerminalPrompter(!options.login.nonInteractive));
  }

  SecretResolver resolver() {
    return new SecretResolver(System.getenv(), prompter);
  }
}

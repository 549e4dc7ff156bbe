package dev.adit.core.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.api.secret.SecretText;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxySettingsTest {
  @ParameterizedTest
  @CsvSource({
    "http://proxy.test:3128, http://proxy.test:3128",
    "proxy.test:3128, http://proxy.test:3128",
    "http://proxy.test, http://proxy.test:8080",
    "HTTP://proxy.test/, http://proxy.test:8080",
    "socks5://proxy.test, socks5://proxy.test:1080",
    "socks5h://proxy.test:9050, socks5://proxy.test:9050",
    "socks://proxy.test, socks5://proxy.test:1080",
    "http://[2001:db8::1]:3128, http://[2001:db8::1]:3128",
    "http://alice:secret@proxy.test:1, http://proxy.test:1",
  })
  void isReadAndShownWithoutItsPassword(String text, String shown) throws Exception {
    assertThat(ProxySettings.parse(text)).hasToString(shown);
  }

  @Test
  void userAndPasswordAreDecoded() throws Exception {
    ProxySettings proxy = ProxySettings.parse("http://d%5Calice:a%40b:c%25@proxy.test:1");
    assertThat(proxy.user()).contains("d\\alice");
    assertThat(proxy.password().orElseThrow().reveal()).isEqualTo("a@b:c%");
    assertThat(ProxySettings.parse("http://alice@proxy.test:1").password()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"ftp://x", "https://x:1", "http://", "http://u:hush@", "http://a b:hush@x"})
  void whatIsNoProxyIsRefusedWithoutShowingIt(String text) {
    assertThatThrownBy(() -> ProxySettings.parse(text))
        .isInstanceOfSatisfying(
            VpnException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CONFIGURATION))
        .hasMessageContaining("http://HOST:PORT")
        .hasMessageNotContaining("hush");
  }

  @ParameterizedTest
  @CsvSource({
    "https_proxy=http://a:1, http://a:1",
    "HTTPS_PROXY=http://a:1, http://a:1",
    "https_proxy=http://a:1 HTTPS_PROXY=http://b:1, http://a:1",
    "https_proxy= HTTPS_PROXY=http://b:1, http://b:1",
    "all_proxy=socks5://a:1, socks5://a:1",
    "ALL_PROXY=socks5://a:1, socks5://a:1",
    "https_proxy=http://a:1 all_proxy=socks5://b:1, http://a:1",
    "http_proxy=http://a:1, none",
    "x=y, none",
  })
  void theEnvironmentNamesIt(String variables, String expected) throws Exception {
    assertThat(named(variables, "vpn.example.com")).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "vpn.example.com       | vpn.example.com   | none",
        "example.com           | vpn.example.com   | none",
        ".example.com          | vpn.example.com   | none",
        ".example.com          | example.com       | none",
        "EXAMPLE.com           | vpn.Example.COM   | none",
        "a.test, example.com   | vpn.example.com   | none",
        "a.test example.com    | vpn.example.com   | none",
        "*                     | vpn.example.com   | none",
        "ample.com             | vpn.example.com   | http://p:1",
        "vpn                   | vpn.example.com   | http://p:1",
        "''                    | vpn.example.com   | http://p:1",
        "192.0.2.1             | 192.0.2.1         | none",
        "192.0.2.0/24          | 192.0.2.77        | none",
        "192.0.2.0/24          | 192.0.3.77        | http://p:1",
        "2001:db8::/32         | [2001:db8::1]     | none",
        "[2001:db8::1]         | [2001:db8::1]     | none",
        "192.0.2.0/24          | vpn.example.com   | http://p:1",
      })
  void someHostsAreExempt(String exempt, String host, String expected) throws Exception {
    Map<String, String> environment = new HashMap<>();
    environment.put("https_proxy", "http://p:1");
    environment.put("no_proxy", exempt);
    assertThat(ProxySettings.fromEnvironment(environment, host).map(Object::toString))
        .isEqualTo(expected.equals("none") ? Optional.empty() : Optional.of(expected));
    environment.remove("no_proxy");
    environment.put("NO_PROXY", exempt);
    assertThat(ProxySettings.fromEnvironment(environment, host).isPresent())
        .isEqualTo(!expected.equals("none"));
  }

  private static String named(String variables, String host) throws VpnException {
    Map<String, String> environment = new HashMap<>();
    for (String pair : variables.split(" ", -1)) {
      String[] words = pair.split("=", 2);
      environment.put(words[0], words[1]);
    }
    return ProxySettings.fromEnvironment(environment, host).map(Object::toString).orElse("none");
  }

  @Test
  void urlIsReadAsItWasWritten() throws VpnException {
    for (String password : List.of("plain", "p@ss:w/o%rd", "ä ?#[]", "")) {
      ProxySettings proxy =
          ProxySettings.parse("http://joe@[2001:db8::1]:3128")
              .withPassword(SecretText.of(password));
      ProxySettings again = ProxySettings.parse(proxy.url());
      assertThat(again.user()).contains("joe");
      assertThat(again.password().orElseThrow().reveal()).isEqualTo(password);
      assertThat(again.host()).isEqualTo("2001:db8::1");
      assertThat(again.port()).isEqualTo(3128);
      assertThat(again.toString()).doesNotContain("joe");
    }
    assertThat(ProxySettings.parse(ProxySettings.parse("socks5://10.0.0.1").url()).language())
        .isEqualTo(ProxySettings.Language.SOCKS5);
  }
}

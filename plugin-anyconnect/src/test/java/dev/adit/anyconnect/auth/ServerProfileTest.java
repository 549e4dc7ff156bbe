package dev.adit.anyconnect.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adit.api.error.VpnException;
import java.net.URI;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Names in a profile, and files that are none. */
class ServerProfileTest {
  private static final String PROFILE =
      profile(
          """
          <HostEntry><HostName> Head office </HostName><HostAddress>vpn1.test</HostAddress>
            <UserGroup>staff</UserGroup>
            <BackupServerList><HostAddress>vpn2.test:8443</HostAddress>
              <HostAddress>vpn1.test</HostAddress><HostAddress>[2001:db8::1]</HostAddress>
            </BackupServerList></HostEntry>
          <HostEntry><HostName>By URL</HostName>
            <HostAddress>https://vpn3.test/path</HostAddress></HostEntry>
          <HostEntry><HostName>vpn4.test</HostName></HostEntry>
          <HostEntry><HostName>vpn4.test</HostName><HostAddress>second.test</HostAddress></HostEntry>
          """);

  @Test
  void aNameStandsForItsAddressThenItsBackups() throws Exception {
    assertThat(ServerProfile.parse(PROFILE).servers("Head office"))
        .containsExactly(
            URI.create("https://vpn1.test/staff"),
            URI.create("https://vpn2.test:8443/staff"),
            URI.create("https://[2001:db8::1]/staff"));
  }

  @Test
  void addressesMayBeUrlsOrMissing() throws Exception {
    ServerProfile profile = ServerProfile.parse(PROFILE);
    assertThat(profile.servers("By URL")).containsExactly(URI.create("https://vpn3.test/path"));
    assertThat(profile.servers("vpn4.test")).containsExactly(URI.create("https://vpn4.test"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"head office", "vpn1.test", "Head", ""})
  void otherNamesAreNotInIt(String name) throws Exception {
    assertThat(ServerProfile.parse(PROFILE).servers(name)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''                                       | broken XML",
        "<AnyConnectProfile>                      | broken XML",
        "<html><body/></html>                     | web page",
        "<config-auth/>                           | AnyConnectProfile",
        "<!DOCTYPE a SYSTEM 'file:///etc/passwd'><AnyConnectProfile/> | DTD",
        "<!DOCTYPE a [<!ENTITY b 'c'>]><AnyConnectProfile>&b;</AnyConnectProfile> | DTD",
      })
  void whatIsNoProfileIsNamed(String text, String words) {
    assertThatThrownBy(() -> ServerProfile.parse(text))
        .isInstanceOf(VpnException.class)
        .hasMessageContaining("--xmlconfig")
        .hasMessageContaining(words);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"http://vpn.test", "a b", "user:pass@vpn.test", "ftp://x", "/etc", "\u001b[2J"})
  void addressesThatLeadElsewhereAreRefused(String address) throws Exception {
    ServerProfile profile =
        ServerProfile.parse(
            profile(
                "<HostEntry><HostName>x</HostName><HostAddress>"
                    + address.replace("\u001b", "?")
                    + "</HostAddress></HostEntry>"));
    assertThatThrownBy(() -> profile.servers("x")).isInstanceOf(VpnException.class);
  }

  @Test
  void listsAreBounded() throws Exception {
    String entry = "<HostEntry><HostName>x</HostName></HostEntry>";
    assertThatThrownBy(() -> ServerProfile.parse(profile(entry.repeat(2_001))))
        .hasMessageContaining("more than 2000");
    StringBuilder backups = new StringBuilder();
    for (int i = 0; i < 1_000; i++) {
      backups.append("<HostAddress>b").append(i).append(".test</HostAddress>");
    }
    assertThat(
            ServerProfile.parse(
                    profile(
                        "<HostEntry><HostName>x</HostName><BackupServerList>"
                            + backups
                            + "</BackupServerList></HostEntry>"))
                .servers("x"))
        .hasSize(33);
    assertThatThrownBy(() -> ServerProfile.parse(profile("<a>".repeat(100) + "</a>".repeat(100))))
        .hasMessageContaining("nested too deep");
  }

  @Test
  void damageIsAnErrorOrNothing() {
    Random random = new Random(42);
    for (int i = 0; i < 2_000; i++) {
      char[] text = PROFILE.toCharArray();
      for (int j = 0; j <= i % 4; j++) {
        text[random.nextInt(text.length)] = (char) random.nextInt(256);
      }
      try {
        ServerProfile.parse(new String(text)).servers("Head office");
      } catch (VpnException e) {
        assertThat(e).hasMessageContaining("--xmlconfig");
      }
    }
  }

  private static String profile(String entries) {
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        + "<AnyConnectProfile xmlns=\"http://schemas.xmlsoap.org/encoding/\"><ServerList>"
        + entries
        + "</ServerList></AnyConnectProfile>";
  }
}

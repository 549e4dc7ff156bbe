package dev.adit.juniper.gateway;

import dev.adit.api.OptionValues;
import dev.adit.api.gateway.GatewaySettings;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How this gateway logs in; each part is named as its option is ({@code --option token=123456}).
 *
 * @param users passwords by user name
 * @param realms to choose from; a single one is a hidden field. Option {@code realms}, separated by
 *     commas, or the groups of the gateway
 * @param roles to choose from behind the log-in; option {@code roles}
 * @param secondPassword for {@code password#2}; option {@code second-password}
 * @param token answer to the challenge of {@code frmDefender}; option {@code token}
 * @param nextToken for {@code frmNextToken}; option {@code next-token}
 * @param totp for {@code frmTotpToken}; option {@code totp}
 * @param newPassword whether the password has to be changed in {@code frmChgPasswd} (and is
 *     accepted, though it stays what it was); option {@code new-password}
 * @param preNotice text that is accepted before the log-in; option {@code pre-notice}
 * @param postNotice the same behind it; option {@code post-notice}
 * @param hostCheck the DSPREAUTH that a host check has to bring; option {@code host-check}
 * @param signOn host name of the identity provider that logs in instead of the gateway; option
 *     {@code sso}
 * @param signOnPlain whether the provider does without scripts; option {@code sso-plain}
 * @param confirm whether a user with a session is asked what becomes of it; option {@code confirm}
 * @param landing status of the page after the log-in; option {@code landing}: 200 or 403
 * @param soup whether pages are written as old servers write them; option {@code soup}
 */
record LoginOptions(
    Map<String, String> users,
    List<String> realms,
    List<String> roles,
    Optional<String> secondPassword,
    Optional<String> token,
    Optional<String> nextToken,
    Optional<String> totp,
    boolean newPassword,
    Optional<String> preNotice,
    Optional<String> postNotice,
    Optional<String> hostCheck,
    Optional<String> signOn,
    boolean signOnPlain,
    boolean confirm,
    int landing,
    boolean soup) {
  private static final String DEFAULT_REALM = "Users";

  static LoginOptions of(GatewaySettings settings) {
    OptionValues options = settings.options();
    List<String> groups = settings.groups().isEmpty() ? List.of(DEFAULT_REALM) : settings.groups();
    return new LoginOptions(
        settings.users(),
        options.text("realms").map(LoginOptions::list).orElse(groups),
        options.text("roles").map(LoginOptions::list).orElse(List.of()),
        options.text("second-password"),
        options.text("token"),
        options.text("next-token"),
        options.text("totp"),
        options.flag("new-password"),
        options.text("pre-notice"),
        options.text("post-notice"),
        options.text("host-check"),
        options.text("sso"),
        options.flag("sso-plain"),
        options.flag("confirm"),
        options.text("landing").filter("403"::equals).isPresent() ? 403 : 200,
        options.flag("soup"));
  }

  private static List<String> list(String text) {
    return Arrays.stream(text.split(",", -1)).map(String::strip).filter(s -> !s.isEmpty()).toList();
  }

  /** The values are secrets of its users. */
  @Override
  public String toString() {
    return "LoginOptions[users=" + users.keySet() + "]";
  }
}

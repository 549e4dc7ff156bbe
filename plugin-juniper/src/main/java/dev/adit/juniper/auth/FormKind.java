package dev.adit.juniper.auth;

import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/**
 * The forms that are known, by name or id, with the submit buttons that belong to going on. All
 * others are left out of the body: sending a cancel button means refusing. Names as openconnect
 * 9.01 knows them, live or read.
 */
enum FormKind {
  /** The sign-in itself, and the notices before and after it. */
  LOGIN("frmLogin", "btnSubmit"),
  /** A page of ADFS or Azure, on another host. */
  FEDERATED("loginForm", "submitButton"),
  /** A RADIUS challenge, or the code of a token. */
  CHALLENGE("frmDefender", "btnAction"),
  NEXT_TOKEN("frmNextToken", "btnAction"),
  TOTP("frmTotpToken", "totpactionEnter"),
  /**
   * A new password instead of one that has expired. The name is reported of a real server, its
   * fields and its button are not: see {@link #pressesDefaultButton}.
   */
  NEW_PASSWORD("frmChgPasswd", ""),
  /** The user has another session already. */
  CONFIRMATION("frmConfirmation", "btnContinue"),
  /** A list of links. */
  ROLES("frmSelectRoles", ""),
  /** What a browser would post by script: SAML, POST binding. */
  SELF_POSTING("hiddenform", "submit"),
  /** The same, as the gateway itself makes it. */
  SELF_POSTING_GATEWAY("formSAMLSSO", ""),
  /** First use of a one-time code; no client is known to do it. */
  TOTP_REGISTRATION("frmTotpRegister", "");

  private static final Set<String> ON_ANY_FORM =
      Set.of("sn-preauth-proceed", "sn-postauth-proceed", "secidactionEnter");

  private final String formName;
  private final String button;

  FormKind(String formName, String button) {
    this.formName = formName;
    this.button = button;
  }

  static Optional<FormKind> of(String nameOrId) {
    return Arrays.stream(values()).filter(k -> k.formName.equals(nameOrId)).findFirst();
  }

  boolean keepsButton(String name) {
    return !name.isEmpty() && name.equals(button) || ON_ANY_FORM.contains(name);
  }

  /** Whether every password field is one of a token, not only those behind the first. */
  boolean isToken() {
    return this == CHALLENGE || this == NEXT_TOKEN || this == TOTP;
  }

  /**
   * Whether the button that Enter would press is sent, HTML §4.10.21.2: the first one to submit.
   * Where the name of the right one is known, that one is.
   */
  boolean pressesDefaultButton() {
    return this == NEW_PASSWORD;
  }

  boolean isSelfPosting() {
    return this == SELF_POSTING || this == SELF_POSTING_GATEWAY;
  }
}

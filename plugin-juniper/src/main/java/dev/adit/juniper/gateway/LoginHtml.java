package dev.adit.juniper.gateway;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The pages, in the names that real servers use; every input has one. */
final class LoginHtml {
  private static final String STATE = "key";

  private final LoginOptions options;

  LoginHtml(LoginOptions options) {
    this.options = options;
  }

  /** The sign-in itself. */
  String signIn(String error) {
    StringBuilder fields = new StringBuilder();
    fields
        .append(hidden("tz_offset", ""))
        .append(row("Username", "<input type=\"text\" name=\"username\">"))
        .append(row("Password", "<input type=\"password\" name=\"password\">"));
    if (options.secondPassword().isPresent()) {
      fields.append(row("Second password", "<input type=\"password\" name=\"password#2\">"));
    }
    if (options.realms().size() == 1) {
      fields.append(hidden("realm", options.realms().get(0)));
    } else {
      StringBuilder list = new StringBuilder("<select name=\"realm\">");
      for (String realm : options.realms()) {
        list.append("<option value=\"" + text(realm) + "\">" + text(realm) + " realm</option>");
      }
      fields.append(row("Realm", list.append("</select>").toString()));
    }
    return form("frmLogin", error, fields.toString(), submit("btnSubmit", "Sign In"));
  }

  /** A text to be accepted. */
  String notice(String which, String notice, String state) {
    return form(
        "frmLogin",
        "",
        "<textarea name=\"sn-"
            + which
            + "-text\" readonly>"
            + text(notice)
            + "</textarea>"
            + hidden(STATE, state),
        submit("sn-" + which + "-proceed", "Proceed")
            + submit("sn-" + which + "-decline", "Decline"));
  }

  /** A code to be entered. */
  String token(String form, String challenge, String state) {
    boolean totp = form.equals("frmTotpToken");
    return form(
        form,
        challenge,
        hidden(STATE, state)
            + row(
                "Code",
                "<input type=password name=\"" + (totp ? "password#2" : "password") + "\">"),
        submit(totp ? "totpactionEnter" : "btnAction", "Sign In") + submit("btnCancel", "Cancel"));
  }

  /** A password that has expired. Of real pages the form's name is known, no field of it. */
  String newPassword(String state) {
    return form(
        "frmChgPasswd",
        "Your password has expired.",
        hidden(STATE, state)
            + row("Old password", "<input type=password name=oldPassword>")
            + row("New password", "<input type=password name=newPassword>")
            + row("Confirm new password", "<input type=password name=confirmPassword>"),
        submit("btnChange", "Change Password") + submit("btnCancel", "Cancel"));
  }

  /** Other sessions of the user. The real page has the stray comma too. */
  String confirmation(List<Session> sessions, String state) {
    StringBuilder rows = new StringBuilder();
    for (Session session : sessions) {
      rows.append("<tr><td><input type=\"checkbox\" , name=\"postfixSID\" value=\"")
          .append(session.label())
          .append("\"></td><td>session since ")
          .append(session.firstAccess)
          .append("</td></tr>");
    }
    return form(
        "frmConfirmation",
        "There are already other user sessions in progress:",
        "<input id=\"DSIDFormDataStr\" type=\"hidden\" name=\"FormDataStr\" value=\""
            + state
            + "\">"
            + rows,
        submit("btnContinue", "Continue the session") + submit("btnCancel", "Cancel"));
  }

  /** Roles as links. */
  String roles(String state) {
    StringBuilder table = new StringBuilder("<table id=\"TABLE_SelectRole_1\">");
    for (String role : options.roles()) {
      table
          .append("<tr><td><a href=\"login.cgi?loginmode=mode_role&amp;state=")
          .append(state)
          .append("&amp;role=")
          .append(URLEncoder.encode(role, StandardCharsets.UTF_8))
          .append("\">")
          .append(text(role))
          .append("</a></td></tr>");
    }
    return page("<form name=\"frmSelectRoles\">" + table + "</table></form>");
  }

  /** What a browser would run Host Checker from. */
  static String hostCheck() {
    return page(
        "<!-- <form name=\"frmLogin\"> -->"
            + "<script>document.write('<form name=\"frmLogin\"><\\/form>');</script>"
            + "<p>Checking for Host Checker</p>");
  }

  /** Host Checker's refusal. */
  static String remediation() {
    return page(
        "<p>Your computer's security is unsatisfactory</p>"
            + "<form name=\"frm\" method=\"post\" action=\"/dana-na/auth/remediate.cgi\">"
            + hidden("action", "")
            + "<input type=\"submit\" name=\"btnContinue\" value=\"Continue\"></form>");
  }

  /** A form of another world. */
  static String unknown() {
    return page(
        "<form name=\"frmGrid\" method=\"post\" action=\"login.cgi\">"
            + hidden(STATE, "1")
            + "<input type=\"text\" name=\"gridCell\"></form>");
  }

  static String page(String body) {
    return "<!DOCTYPE html>\n<html><head><title>Secure Access</title></head><body>"
        + body
        + "</body></html>";
  }

  private String form(String name, String message, String fields, String buttons) {
    String said = message.isEmpty() ? "" : "<p>" + text(message) + "</p>";
    if (!options.soup()) {
      return page(
          said
              + "<form name=\""
              + name
              + "\" action=\"login.cgi\" method=\"post\"><table>"
              + fields
              + "<tr><td>"
              + buttons
              + "</td></tr></table></form>");
    }
    return "<HTML><TITLE>Secure Access</TITLE><SCRIPT>var s = '<form name=\"x\">';</SCRIPT><BODY>"
        + said
        + "<TABLE><FORM NAME="
        + name
        + " ACTION=login.cgi METHOD=POST , ><TR><TD>"
        + fields.replace("</td>", "").replace("</tr>", "").replace("<input", "<INPUT ,")
        + buttons
        + "</FORM></TABLE>";
  }

  private static String row(String label, String field) {
    return "<tr><td>" + label + "</td><td>" + field + "</td></tr>";
  }

  private static String hidden(String name, String value) {
    return "<input type=\"hidden\" name=\"" + name + "\" value=\"" + text(value) + "\">";
  }

  private static String submit(String name, String value) {
    return "<input type=\"submit\" name=\"" + name + "\" value=\"" + value + "\">";
  }

  private static String text(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}

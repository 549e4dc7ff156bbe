package dev.adit.juniper.gateway;

/** A user who is logged in, from the log-in to the log-out; connections come and go. */
final class Session {
  final String user;
  final String realm;
  final String role;

  /** The secret: 32 hexadecimal digits. */
  final String dsid;

  /** Unix seconds. */
  final long firstAccess;

  Session(String user, String realm, String role, String dsid, long firstAccess) {
    this.user = user;
    this.realm = realm;
    this.role = role;
    this.dsid = dsid;
    this.firstAccess = firstAccess;
  }

  /** Names it without giving it away; the check box of the confirmation page has it. */
  String label() {
    return "postfix_" + dsid.substring(0, 8);
  }

  @Override
  public String toString() {
    return "Session[" + user + "]";
  }
}

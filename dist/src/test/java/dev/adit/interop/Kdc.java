package dev.adit.interop;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A key distribution centre of MIT Kerberos on the server's side of a lab, realm EXAMPLE.TEST. */
final class Kdc {
  static final String REALM = "EXAMPLE.TEST";

  private final Lab lab;

  private Kdc(Lab lab) {
    this.lab = lab;
  }

  /** Starts one that knows a user, and a service whose keys are in {@link #keytab}. */
  static Kdc start(Lab lab, String user, String password, String service) {
    lab.file(
        "krb5.conf",
        "[libdefaults]",
        "  default_realm = " + REALM,
        "  dns_lookup_kdc = false",
        "  dns_lookup_realm = false",
        "  rdns = false",
        "[realms]",
        "  " + REALM + " = {",
        "    kdc = " + Lab.SERVER,
        "  }",
        "[domain_realm]",
        "  .test = " + REALM);
    lab.file(
        "kdc.conf",
        "[realms]",
        "  " + REALM + " = {",
        "    database_name = " + lab.directory().resolve("principal"),
        "    key_stash_file = " + lab.directory().resolve("stash"),
        "    acl_file = " + lab.directory().resolve("acl"),
        "    max_life = 1h",
        "  }");
    Kdc kdc = new Kdc(lab);
    kdc.run("", "kdb5_util", "create", "-s", "-P", "of the database");
    kdc.run("", "kadmin.local", "addprinc", "-pw", password, user);
    kdc.run("", "kadmin.local", "addprinc", "-randkey", service);
    kdc.run("", "kadmin.local", "ktadd", "-k", kdc.keytab().toString(), service);
    lab.start(lab.directory().resolve("kdc.out"), lab.inServer(kdc.seen("krb5kdc", "-n")));
    Lab.await(
        "the KDC listens",
        Duration.ofSeconds(10),
        () -> lab.server("ss", "-Hlun", "sport", "=", "88").contains(":88"));
    return kdc;
  }

  /** Keys of the service. */
  Path keytab() {
    return lab.directory().resolve("http.keytab");
  }

  /** Gets the user's ticket of tickets. */
  void kinit(String user, String password, String... options) {
    List<String> argv = new ArrayList<>(List.of("kinit"));
    argv.addAll(List.of(options));
    argv.add(user);
    Command.run(
            Duration.ofSeconds(20),
            password + "\n",
            lab.inClient(seen(argv.toArray(String[]::new))))
        .ok();
  }

  /** What the user has, and what for. */
  String klist() {
    return Command.run(Duration.ofSeconds(20), "", lab.inClient(seen("klist"))).out();
  }

  void kdestroy() {
    Command.run(Duration.ofSeconds(20), "", lab.inClient(seen("kdestroy", "-q"))).ok();
  }

  /** The words before a program so that it is of the realm. */
  String[] seen(String... argv) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "env",
                "KRB5_CONFIG=" + lab.directory().resolve("krb5.conf"),
                "KRB5_KDC_PROFILE=" + lab.directory().resolve("kdc.conf"),
                "KRB5CCNAME=FILE:" + lab.directory().resolve("tickets")));
    all.addAll(List.of(argv));
    return all.toArray(String[]::new);
  }

  private void run(String stdin, String... argv) {
    Command.run(Duration.ofSeconds(30), stdin, lab.inServer(seen(argv))).ok();
  }
}

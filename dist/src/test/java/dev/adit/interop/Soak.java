package dev.adit.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * A long session at full rate, over UDP and TLS in turn: what {@code dist/bench soak} runs, and
 * {@link SoakIT} for two rounds. In each, much is moved each way and while there are new keys, and
 * once more while UDP goes dark and comes back; the hashes at both ends are equal. Once the first
 * round is over, the client holds no more than then, whatever follows.
 */
public final class Soak {
  /** Whom it is with. */
  public enum Server {
    /** By DTLS. */
    OCSERV("10.99.0.1") {
      @Override
      Soak begin(Lab lab) {
        Ocserv ocserv =
            new Ocserv(lab)
                .withPassword()
                .with("route = 10.99.0.0/255.255.0.0", "rekey-time = 6", "rekey-method = ssl")
                .start();
        AditProcess adit = ocserv.client();
        return new Soak(this, lab, adit, () -> adit.count("rekeyed"));
      }
    },

    /** Our own, by ESP in the client's process. */
    GATEWAY(Gateway.INNER) {
      @Override
      Soak begin(Lab lab) {
        Gateway gateway =
            Gateway.start(lab, "juniper", "--option=esp=aes128-sha1", "--option=rekey-seconds=6");
        AditProcess adit =
            AditProcess.start(
                lab,
                Gateway.PASSWORD + "\n",
                "--protocol=nc",
                "--user=" + Gateway.USER,
                "--servercert=" + gateway.pin(),
                "--ipsec=userspace",
                "--passwd-on-stdin",
                Lab.SERVER);
        return new Soak(this, lab, adit, () -> gateway.count("esp-keys"));
      }
    };

    private final String inner;

    Server(String inner) {
      this.inner = inner;
    }

    abstract Soak begin(Lab lab);
  }

  private static final int MEGABYTES = 256;

  /** A client leaves UDP alone for long that comes and goes three times in a minute. */
  private static final Duration APART = Duration.ofSeconds(31);

  /** Coming in at both ends: whose own sending is refused ends the session, if it is ocserv. */
  private static final String DARK =
      "add table inet dark; add chain inet dark i { type filter hook input priority 0; };"
          + " add rule inet dark i udp dport 443 drop; add rule inet dark i udp sport 443 drop";

  private static final String LIGHT = "delete table inet dark";

  private final Server server;
  private final Lab lab;
  private final AditProcess adit;
  private final LongSupplier rekeys;
  private long wentDark = System.nanoTime() - APART.toNanos();
  private long megabytes;

  private Soak(Server server, Lab lab, AditProcess adit, LongSupplier rekeys) {
    this.server = server;
    this.lab = lab;
    this.adit = adit;
    this.rekeys = rekeys;
  }

  /**
   * Runs so long, and two rounds at least.
   *
   * @param progress hears of each round
   * @return what was done, in a line
   * @throws AssertionError what went wrong, or grew
   */
  public static String run(Server server, Duration time, Consumer<String> progress) {
    try (Lab lab = new Lab()) {
      Soak soak = server.begin(lab);
      try {
        return soak.rounds(time, progress);
      } catch (AssertionError e) {
        throw new AssertionError(e.getMessage() + "\n" + soak.adit, e);
      }
    }
  }

  private String rounds(Duration time, Consumer<String> progress) {
    long end = System.nanoTime() + time.toNanos();
    adit.awaitCarrier("udp");
    round();
    Footprint first = Footprint.of(adit);
    progress.accept("round 1: " + first);
    Footprint last;
    int rounds = 1;
    do {
      round();
      rounds++;
      last = Footprint.of(adit);
      progress.accept("round " + rounds + ": " + last);
      last.assertNoMoreThan(first);
    } while (System.nanoTime() - end < 0);
    assertThat(adit.count("reconnecting")).as("reconnects").isZero();
    adit.signal("TERM");
    assertThat(adit.exitCode()).isZero();
    return ("%d MB with equal hashes, new keys %d times, UDP dark and back %d times;"
            + " %s, after the first round %s")
        .formatted(megabytes, rekeys.getAsLong(), rounds, last, first);
  }

  private void round() {
    long before = rekeys.getAsLong();
    do {
      equal(Transfer.toClient(lab, server.inner, MEGABYTES));
      equal(Transfer.toServer(lab, server.inner, MEGABYTES));
    } while (rekeys.getAsLong() == before || System.nanoTime() - wentDark < APART.toNanos());
    Transfer meanwhile = Transfer.startToClient(lab, server.inner, MEGABYTES);
    meanwhile.awaitFirstBytes();
    adit.awaitCarrier("udp");
    lab.server("nft", DARK);
    lab.client("nft", DARK);
    wentDark = System.nanoTime();
    adit.awaitCarrier("tls");
    equal(meanwhile.finish());
    lab.server("nft", LIGHT);
    lab.client("nft", LIGHT);
    adit.awaitCarrier("udp");
  }

  private void equal(Transfer transfer) {
    assertThat(transfer.received()).as("hash of %d MB", MEGABYTES).isEqualTo(transfer.sent());
    megabytes += MEGABYTES;
  }
}

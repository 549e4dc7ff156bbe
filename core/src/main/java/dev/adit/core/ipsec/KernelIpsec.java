package dev.adit.core.ipsec;

import dev.adit.api.datagram.EspOffer;
import dev.adit.api.datagram.SaParameters;
import dev.adit.api.error.VpnException;
import dev.adit.core.esp.EspAssociation;
import dev.adit.core.loop.Reactor;
import dev.adit.core.sys.SystemCallException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.concurrent.Executor;

/**
 * ESP in this process until the path is proved, then in the kernel, and back when the kernel, the
 * path or the user says so. One for a session, and for one thread.
 */
public final class KernelIpsec implements IpsecBackend {
  /** Opens the kernel when it is first needed. */
  public interface Opener {
    IpsecKernel open() throws SystemCallException;
  }

  private final Reactor loop;
  private final SecureRandom random;
  private final Opener kernel;
  private final Path journalDirectory;
  private final Executor background;
  private final IpsecMode mode;

  /**
   * Opens nothing yet.
   *
   * @param journalDirectory usually {@code /run/adit}
   * @param mode whether the user asked for the kernel, or for whatever is best
   */
  public KernelIpsec(
      Reactor loop, SecureRandom random, Opener kernel, Path journalDirectory, IpsecMode mode) {
    this(loop, random, kernel, journalDirectory, KernelIpsec::onItsOwnThread, mode);
  }

  /**
   * The same.
   *
   * @param background where the kernel may take its time; in the network namespace of its caller
   */
  public KernelIpsec(
      Reactor loop,
      SecureRandom random,
      Opener kernel,
      Path journalDirectory,
      Executor background,
      IpsecMode mode) {
    this.loop = loop;
    this.random = random;
    this.kernel = kernel;
    this.journalDirectory = journalDirectory;
    this.background = background;
    this.mode = mode;
  }

  private static void onItsOwnThread(Runnable task) {
    Thread thread = new Thread(task, "ipsec");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public IpsecAssociation associate(EspOffer offer) throws VpnException {
    return new KernelAssociation(new EspAssociation(offer, EspAssociation.GRACE, random), this);
  }

  Preparation prepare(TunnelDevice device, EspSocket socket, SaParameters like) {
    return new Preparation(kernel, mode, device, socket, journalDirectory, random)
        .begin(background, like);
  }

  IpsecMode mode() {
    return mode;
  }

  Reactor loop() {
    return loop;
  }

  SecureRandom random() {
    return random;
  }
}

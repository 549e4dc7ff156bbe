package dev.adit.core.ipsec;

import dev.adit.api.datagram.EspOffer;
import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.core.esp.EspAssociation;
import dev.adit.core.loop.Reactor;
import dev.adit.core.sys.SystemCallException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;

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

  /**
   * Opens nothing yet.
   *
   * @param journalDirectory usually {@code /run/adit}
   */
  public KernelIpsec(Reactor loop, SecureRandom random, Opener kernel, Path journalDirectory) {
    this.loop = loop;
    this.random = random;
    this.kernel = kernel;
    this.journalDirectory = journalDirectory;
  }

  @Override
  public IpsecAssociation associate(EspOffer offer) throws VpnException {
    try {
      return new KernelAssociation(new EspAssociation(offer, EspAssociation.GRACE, random), this);
    } catch (GeneralSecurityException e) {
      throw new VpnException(Kind.OTHER, "ESP cannot be done by this JDK: " + e.getMessage(), e);
    }
  }

  IpsecKernel openKernel() throws VpnException {
    try {
      return kernel.open();
    } catch (SystemCallException e) {
      throw Gate.explained(Gate.IPSEC, e);
    }
  }

  Reactor loop() {
    return loop;
  }

  SecureRandom random() {
    return random;
  }

  Path journalDirectory() {
    return journalDirectory;
  }
}

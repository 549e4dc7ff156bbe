package dev.adit.core.ipsec;

import dev.adit.api.datagram.SaParameters;
import dev.adit.api.datagram.SaParameters.EspCipher;
import dev.adit.api.datagram.SaParameters.EspMac;
import dev.adit.api.error.VpnException;
import dev.adit.api.error.VpnException.Kind;
import dev.adit.core.ipsec.KernelIpsec.Opener;
import dev.adit.core.sys.SystemCallException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All that the kernel needs time for, on a thread of its own, while packets flow: whoever first
 * asks for an SA, an xfrm interface or a filter waits until the modules for it are loaded and have
 * tested themselves. What comes of it is nobody's else until it is done.
 */
final class Preparation implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Preparation.class);

  private record Made(IpsecKernel kernel, PacketWay way) {}

  private final TunnelDevice device;
  private final CompletableFuture<Made> made = new CompletableFuture<>();

  private Preparation(TunnelDevice device) {
    this.device = device;
  }

  /**
   * Begins.
   *
   * @param like an SA's cipher and MAC are meant; its keys are not looked at
   */
  static Preparation begin(
      Executor thread,
      Opener opener,
      IpsecMode mode,
      TunnelDevice device,
      SaParameters like,
      Path journals,
      RandomGenerator random) {
    Preparation preparation = new Preparation(device);
    EspCipher cipher = like.cipher();
    EspMac mac = like.mac();
    thread.execute(
        () -> {
          try {
            preparation.made.complete(make(opener, mode, device, cipher, mac, journals, random));
          } catch (VpnException | RuntimeException e) {
            preparation.made.completeExceptionally(e);
          }
        });
    return preparation;
  }

  private static Made make(
      Opener opener,
      IpsecMode mode,
      TunnelDevice device,
      EspCipher cipher,
      EspMac mac,
      Path journals,
      RandomGenerator random)
      throws VpnException {
    IpsecKernel kernel = open(opener);
    try {
      Trial.sa(kernel, random.nextInt(1, Integer.MAX_VALUE), cipher, mac);
      return new Made(kernel, way(mode, kernel, device, journals, random));
    } catch (VpnException | RuntimeException e) {
      kernel.close();
      throw e;
    }
  }

  private static IpsecKernel open(Opener opener) throws VpnException {
    try {
      return opener.open();
    } catch (SystemCallException e) {
      throw Gate.explained(Gate.IPSEC, e);
    }
  }

  /** The first that can be made; else why the first of all cannot. */
  private static PacketWay way(
      IpsecMode mode,
      IpsecKernel kernel,
      TunnelDevice device,
      Path journals,
      RandomGenerator random)
      throws VpnException {
    VpnException refusal = null;
    for (IpsecMode each : mode.ways()) {
      try {
        return switch (each) {
          case REDIRECT -> Redirect.prepare(kernel, device.name(), journals, random);
          case POLICY -> PolicyWay.prepare(kernel, device, random.nextInt(1, Integer.MAX_VALUE));
          case AUTO, USERSPACE -> throw new IllegalStateException(each + " is no way");
        };
      } catch (VpnException e) {
        VpnException explained = Gate.explained(Gate.REDIRECTION, e);
        if (explained.kind() != Kind.PRIVILEGE) {
          // It may be better soon.
          throw explained;
        }
        LOG.debug("{}: {}", each, explained.getMessage());
        refusal = refusal == null ? explained : refusal;
      }
    }
    if (refusal == null) {
      throw new IllegalStateException(mode + " has no way");
    }
    throw refusal;
  }

  boolean isOf(TunnelDevice other) {
    return device.equals(other);
  }

  boolean isDone() {
    return made.isDone();
  }

  /** Of one that is done. */
  IpsecKernel kernel() throws VpnException {
    return made().kernel();
  }

  /** Of one that is done. */
  PacketWay way() throws VpnException {
    return made().way();
  }

  private Made made() throws VpnException {
    if (!made.isDone()) {
      throw new IllegalStateException("not done");
    }
    try {
      return made.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof VpnException refused) {
        throw refused;
      }
      throw e;
    }
  }

  /** Removes what was made; waits for it if need be, as briefly as a kernel loads a module. */
  @Override
  public void close() {
    made.handle(
            (all, failure) -> {
              if (all != null) {
                all.way().close();
                all.kernel().close();
              }
              return true;
            })
        .join();
  }
}

package dev.adit.core.session;

import dev.adit.api.datagram.DatagramEvent;
import dev.adit.api.packet.PacketBatch;
import dev.adit.core.ipsec.KernelOffload;
import dev.adit.core.transport.Trigger;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** Keeps what UDP tells. */
final class CarrierOwner implements UdpCarrier.Owner {
  final BlockingQueue<Trigger> triggers = new LinkedBlockingQueue<>();
  final BlockingQueue<byte[]> packets = new LinkedBlockingQueue<>();

  /** On the loop. */
  long lost;

  long refused;

  @Override
  public void udpTrigger(Trigger trigger, String reason) {
    triggers.add(trigger);
  }

  @Override
  public void udpEvent(DatagramEvent event) {}

  @Override
  public void udpPackets(PacketBatch batch) {
    for (int i = 0; i < batch.count(); i++) {
      int at = batch.offset(i);
      packets.add(Arrays.copyOfRange(batch.array(), at, at + batch.length(i)));
    }
  }

  @Override
  public void udpDrained() {}

  @Override
  public void udpMoved(KernelOffload.Moved since) {}

  @Override
  public void udpLosses(long onTheWay, long ofNoUse) {
    lost += onTheWay;
    refused += ofNoUse;
  }
}

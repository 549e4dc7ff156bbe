package dev.adit.juniper.gateway;

import dev.adit.api.gateway.GatewayOutput;
import dev.adit.api.packet.PacketBatch;
import dev.adit.juniper.oncp.Kmp;
import dev.adit.juniper.oncp.OncpRecord;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/** Puts messages for a client into records, and those into TLS records, as {@link Cuts} say. */
final class RecordWriter {
  private static final byte[] STATUS_GOOD = {0};
  private static final int FEW_BYTES = 8192;

  /** Sizes that come one after the other, so that borders fall everywhere in time. */
  private static final int[] AWKWARD_RECORDS = {1, 7, 19, 20, 21, 333, 1400, 4000};

  private static final int[] AWKWARD_WRITES = {1, 2, 3, 50, 1000, 5000};

  /** What lies between the parts of a configuration: no client has that address. */
  private static final byte[] SOME_PACKET = {
    0x45, 0, 0, 20, 0, 0, 0, 0, 1, (byte) 253, 0, 0, (byte) 198, 19, 0, 1, (byte) 198, 19, 0, 2
  };

  private final Cuts cuts;
  private final GatewayOutput out;
  private int turn;

  RecordWriter(Cuts cuts, GatewayOutput out) {
    this.cuts = cuts;
    this.out = out;
  }

  /** Status and configuration. */
  void begin(byte[] configuration) {
    switch (cuts) {
      case PLAIN -> {
        write(OncpRecord.of(STATUS_GOOD));
        message(configuration);
      }
      case JOINED -> write(OncpRecord.of(STATUS_GOOD, configuration));
      case AWKWARD -> {
        int third = configuration.length / 3;
        byte[] between = Kmp.message(Kmp.DATA, SOME_PACKET, false);
        // As real servers mark it.
        between[8] = 0;
        awkward(
            OncpRecord.of(STATUS_GOOD, Arrays.copyOf(configuration, third)),
            OncpRecord.of(between),
            OncpRecord.of(Arrays.copyOfRange(configuration, third, 2 * third)),
            OncpRecord.of(between),
            OncpRecord.of(Arrays.copyOfRange(configuration, 2 * third, configuration.length)));
      }
    }
  }

  /** A message that openconnect 9.01 takes only if it ends its record. */
  void message(byte[] message) {
    if (cuts == Cuts.AWKWARD) {
      awkward(cut(message));
    } else {
      write(OncpRecord.of(message));
    }
  }

  /** IPv4 packets; others are left out. */
  void data(PacketBatch packets) {
    byte[] bytes = packets.array();
    ByteArrayOutputStream several = new ByteArrayOutputStream();
    for (int i = 0; i < packets.count(); i++) {
      int from = packets.offset(i);
      int length = packets.length(i);
      if (length == 0 || (bytes[from] & 0xf0) != 0x40) {
        continue;
      }
      several.write(bytes, from, length);
      if (cuts == Cuts.PLAIN || several.size() > FEW_BYTES) {
        data(several);
      }
    }
    if (several.size() > 0) {
      data(several);
    }
  }

  private void data(ByteArrayOutputStream packets) {
    byte[] message = Kmp.message(Kmp.DATA, packets.toByteArray(), false);
    packets.reset();
    switch (cuts) {
      case PLAIN -> write(OncpRecord.of(message));
      case JOINED -> {
        int half = Kmp.HEADER_BYTES + (message.length - Kmp.HEADER_BYTES) / 2;
        write(OncpRecord.of(Arrays.copyOf(message, half)));
        write(OncpRecord.of(Arrays.copyOfRange(message, half, message.length)));
      }
      case AWKWARD -> awkward(cut(message));
    }
  }

  private byte[][] cut(byte[] message) {
    ByteArrayOutputStream records = new ByteArrayOutputStream();
    for (int at = 0; at < message.length; ) {
      int size = AWKWARD_RECORDS[turn++ % AWKWARD_RECORDS.length];
      int end = Math.min(message.length, at + size);
      records.writeBytes(OncpRecord.of(Arrays.copyOfRange(message, at, end)));
      at = end;
    }
    return new byte[][] {records.toByteArray()};
  }

  private void awkward(byte[]... records) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] record : records) {
      all.writeBytes(record);
    }
    byte[] bytes = all.toByteArray();
    for (int at = 0; at < bytes.length; ) {
      int size = Math.min(bytes.length - at, AWKWARD_WRITES[turn++ % AWKWARD_WRITES.length]);
      out.record(bytes, at, size);
      at += size;
    }
  }

  private void write(byte[] record) {
    out.record(record, 0, record.length);
  }
}

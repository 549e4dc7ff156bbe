package dev.adit.api.packet;

/**
 * Many packets in one array, in slots of equal size with room in front of and behind each.
 *
 * <pre>
 *   slot i:  | headroom | packet i ................ | rest of the slot |
 *            ^ i * slotBytes
 *                       ^ offset(i) .. offset(i) + length(i)
 * </pre>
 *
 * <p>An engine adds a header by moving {@link #offset} down into the headroom and a trailer by
 * letting {@link #length} grow into the rest of the slot: {@link #reframe}. Nothing is copied and
 * no object is made per packet. A batch is owned by one thread at a time; whoever is handed it may
 * change it until the call returns, and keeps no reference.
 */
public final class PacketBatch {
  private final byte[] bytes;
  private final int[] offsets;
  private final int[] lengths;
  private final int slotBytes;
  private final int headroom;
  private int count;

  /**
   * @param capacity most packets held
   * @param slotBytes bytes per slot, headroom included
   * @param headroom bytes kept free in front of each packet that is appended
   */
  public PacketBatch(int capacity, int slotBytes, int headroom) {
    if (capacity < 1 || headroom < 0 || slotBytes <= headroom) {
      throw new IllegalArgumentException(
          "capacity " + capacity + ", slotBytes " + slotBytes + ", headroom " + headroom);
    }
    this.bytes = new byte[Math.multiplyExact(capacity, slotBytes)];
    this.offsets = new int[capacity];
    this.lengths = new int[capacity];
    this.slotBytes = slotBytes;
    this.headroom = headroom;
  }

  /** The array behind all slots; valid for the life of the batch. */
  public byte[] array() {
    return bytes;
  }

  /** Packets held now. */
  public int count() {
    return count;
  }

  /** Most packets that fit. */
  public int capacity() {
    return offsets.length;
  }

  /** Bytes kept free in front of a packet that is appended. */
  public int headroom() {
    return headroom;
  }

  /** The longest packet that can be appended. */
  public int maxLength() {
    return slotBytes - headroom;
  }

  /** No packet can be appended until {@link #clear}. */
  public boolean isFull() {
    return count == offsets.length;
  }

  /** Holds nothing. */
  public boolean isEmpty() {
    return count == 0;
  }

  /** Start of packet {@code index} in {@link #array}. */
  public int offset(int index) {
    return offsets[checked(index)];
  }

  /** Length of packet {@code index} in bytes; 0 means that an engine dropped it. */
  public int length(int index) {
    return lengths[checked(index)];
  }

  /** First byte of slot {@code index}, where the headroom begins. */
  public int slotStart(int index) {
    return index * slotBytes;
  }

  /** One past the last byte of slot {@code index}. */
  public int slotEnd(int index) {
    return (index + 1) * slotBytes;
  }

  /**
   * Where the next packet has to be written by {@link #commit}; at most {@link #maxLength} bytes.
   */
  public int nextOffset() {
    return count * slotBytes + headroom;
  }

  /** Takes {@code length} bytes written at {@link #nextOffset} as a further packet. */
  public void commit(int length) {
    if (count == offsets.length || length < 0 || length > maxLength()) {
      throw new IllegalArgumentException(
          "length " + length + " into slot " + count + " of " + offsets.length);
    }
    offsets[count] = count * slotBytes + headroom;
    lengths[count] = length;
    count++;
  }

  /**
   * Copies a packet in.
   *
   * @return false, and nothing changed, if the batch is full or the packet longer than a slot
   */
  public boolean append(byte[] from, int offset, int length) {
    if (count == offsets.length || length > maxLength()) {
      return false;
    }
    System.arraycopy(from, offset, bytes, nextOffset(), length);
    commit(length);
    return true;
  }

  /** Moves the borders of a packet inside its slot. */
  public void reframe(int index, int offset, int length) {
    checked(index);
    if (offset < slotStart(index) || length < 0 || offset + length > slotEnd(index)) {
      throw new IllegalArgumentException(
          "packet " + index + " to " + offset + "+" + length + " leaves its slot");
    }
    offsets[index] = offset;
    lengths[index] = length;
  }

  /** Bytes of all packets together. */
  public long bytes() {
    long sum = 0;
    for (int i = 0; i < count; i++) {
      sum += lengths[i];
    }
    return sum;
  }

  /** Makes a packet disappear: its length is 0 from now on, its slot stays taken. */
  public void drop(int index) {
    lengths[checked(index)] = 0;
  }

  /** Forgets all packets; their bytes stay in the array until they are overwritten. */
  public void clear() {
    count = 0;
  }

  private int checked(int index) {
    if (index < 0 || index >= count) {
      throw new IndexOutOfBoundsException("packet " + index + " of " + count);
    }
    return index;
  }
}

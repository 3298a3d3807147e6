import { idBytes, nextCapacity } from './columns';

/**
 * Finds rows by record id: open addressing over the ids' bytes, some 30 bytes a row. Ids are hashes, so their own bits
 * spread; a hostile file's ids are mixed with a seed, so that they can't be made to collide.
 */
export class IdIndex {
  size = 0;
  /** Row and 1, or 0 where free. */
  private slots = new Uint32Array(64);
  private bytes: Uint8Array<ArrayBuffer>;
  private words: DataView<ArrayBuffer>;
  private readonly seed = Math.floor(Math.random() * 0xffff_ffff) | 1;

  constructor(capacity = 64) {
    this.bytes = new Uint8Array(capacity * idBytes);
    this.words = new DataView(this.bytes.buffer);
  }

  /** As they were kept: 20 bytes a row. */
  static of(bytes: Uint8Array, size: number): IdIndex {
    const index = new IdIndex(size + 1);
    index.bytes.set(bytes.subarray(0, size * idBytes));
    index.size = size;
    index.rehash(size + 1);
    return index;
  }

  /** The rows' ids, 20 bytes each. */
  get used(): Uint8Array<ArrayBuffer> {
    return this.bytes.subarray(0, this.size * idBytes);
  }

  /** The row of the id at `offset` of `ids`; it is given the next row if it has none. */
  add(ids: Uint8Array, offset: number): number {
    this.reserve(this.size + 1);
    const at = this.size * idBytes;
    // Written where it would be, and left there if it is new.
    for (let index = 0; index < idBytes; index += 1) this.bytes[at + index] = ids[offset + index] ?? 0;
    const slot = this.slotOf(this.size);
    const row = this.slots[slot] ?? 0;
    if (row !== 0) return row - 1;
    this.size += 1;
    this.slots[slot] = this.size;
    return this.size - 1;
  }

  /** Undefined where there is none. */
  find(id: string): number | undefined {
    return /^[0-9a-f]{40}$/u.test(id) ? this.findBytes(Buffer.from(id, 'hex'), 0) : undefined;
  }

  findBytes(ids: Uint8Array, offset: number): number | undefined {
    this.reserve(this.size + 1);
    const at = this.size * idBytes;
    for (let index = 0; index < idBytes; index += 1) this.bytes[at + index] = ids[offset + index] ?? 0;
    const row = this.slots[this.slotOf(this.size)] ?? 0;
    return row === 0 ? undefined : row - 1;
  }

  id(row: number): string {
    return Buffer.from(this.bytes.buffer, row * idBytes, idBytes).toString('hex');
  }

  /** Where the id written at `row` is, or would be. */
  private slotOf(row: number): number {
    const mask = this.slots.length - 1;
    let slot = this.hash(row) & mask;
    for (;;) {
      const found = this.slots[slot] ?? 0;
      if (found === 0 || found - 1 === row || this.areEqual(found - 1, row)) return slot;
      slot = (slot + 1) & mask;
    }
  }

  private areEqual(a: number, b: number): boolean {
    for (let index = 0; index < idBytes; index += 4) {
      if (this.words.getUint32(a * idBytes + index) !== this.words.getUint32(b * idBytes + index))
        return false;
    }
    return true;
  }

  private hash(row: number): number {
    let hash = this.seed;
    for (let index = 0; index < idBytes; index += 4) {
      hash = Math.imul(hash ^ this.words.getUint32(row * idBytes + index), 0x9e37_79b1);
      hash ^= hash >>> 15;
    }
    return hash >>> 0;
  }

  /** Makes room for that many rows. */
  reserve(rows: number): void {
    const held = this.bytes.length / idBytes;
    if (rows > held) {
      const bytes = new Uint8Array(nextCapacity(held, rows) * idBytes);
      bytes.set(this.bytes);
      this.bytes = bytes;
      this.words = new DataView(bytes.buffer);
    }
    if (rows * 2 > this.slots.length) this.rehash(rows);
  }

  private rehash(rows: number): void {
    let slots = this.slots.length;
    while (slots < rows * 2) slots *= 2;
    this.slots = new Uint32Array(slots);
    for (let row = 0; row < this.size; row += 1) this.slots[this.slotOf(row)] = row + 1;
  }
}

/** Numbers for stretches of bytes, so that what stands in many lines is decoded once. */
export class BytesDictionary {
  private readonly known = new Map<number, Known[]>();

  /** The number that was remembered for the same bytes; -1 where there is none. */
  find(bytes: Uint8Array, start: number, end: number): number {
    const alike = this.known.get(hashOf(bytes, start, end));
    if (alike === undefined) return -1;
    for (const one of alike) {
      if (one.bytes.length === end - start && isSame(one.bytes, bytes, start)) return one.number;
    }
    return -1;
  }

  remember(bytes: Uint8Array, number: number): void {
    const hash = hashOf(bytes, 0, bytes.length);
    const alike = this.known.get(hash);
    // More are made up to take long.
    if (alike !== undefined && alike.length >= 8) return;
    // A copy, where `slice` of a `Buffer` would still be the caller's memory.
    const known = { bytes: new Uint8Array(bytes), number };
    if (alike === undefined) this.known.set(hash, [known]);
    else alike.push(known);
  }
}

interface Known {
  readonly bytes: Uint8Array;
  readonly number: number;
}

function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = end - start;
  for (let at = Math.max(start, end - 24); at < end; at += 1)
    hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x0100_0193);
  return hash >> 2;
}

function isSame(known: Uint8Array, bytes: Uint8Array, start: number): boolean {
  for (let index = 0; index < known.length; index += 1) {
    if (known[index] !== bytes[start + index]) return false;
  }
  return true;
}

import { forEachShingle } from './shingles';

/** Bins of a sketch. Each tells, for a 128th of all hashes, the least hash that the text has there. */
export const bins = 128;

const empty = 0xffffffff;

/**
 * MinHash sketches of texts by one permutation (Li, Owen, Zhang 2012) with densification (Shrivastava 2017), of which
 * one byte a bin is kept: 128 bytes a text. The share of equal bytes estimates the Jaccard similarity.
 */
export class Sketches {
  private bytes = new Uint8Array(1024 * bins);
  private readonly least = new Uint32Array(bins);
  private count = 0;

  get size(): number {
    return this.count;
  }

  /** The sketch's number, from 0; null for a text without letters and digits, which is similar to none. */
  add(text: string): number | null {
    const { least } = this;
    least.fill(empty);
    let shingles = 0;
    forEachShingle(text, (hash) => {
      shingles += 1;
      const bin = hash >>> 25;
      const value = (hash & 0x1ffffff) >>> 0;
      if (value < (least[bin] ?? 0)) least[bin] = value;
    });
    if (shingles === 0) return null;
    const start = this.count * bins;
    if (start + bins > this.bytes.length) this.grow();
    for (let bin = 0; bin < bins; bin += 1) this.bytes[start + bin] = this.value(bin) & 0xff;
    this.count += 1;
    return this.count - 1;
  }

  /** Takes back the last `add` that gave a number. */
  dropLast(): void {
    this.count -= 1;
  }

  /** Estimated Jaccard similarity, 0 to 1; its standard error is at most 0.05. */
  estimate(a: number, b: number): number {
    let equal = 0;
    const [from, other] = [a * bins, b * bins];
    for (let bin = 0; bin < bins; bin += 1) {
      if (this.bytes[from + bin] === this.bytes[other + bin]) equal += 1;
    }
    // Bytes of different values are equal once in 256.
    return Math.max(0, (equal / bins - 1 / 256) / (1 - 1 / 256));
  }

  /** The bytes of at most six bins as one number. */
  band(sketch: number, first: number, rows: number): number {
    let key = 0;
    const start = sketch * bins + first;
    for (let at = start; at < start + rows; at += 1) key = key * 256 + (this.bytes[at] ?? 0);
    return key;
  }

  /** The bin's own value; an empty bin borrows from another that its number and the try alone decide. */
  private value(bin: number): number {
    for (let attempt = 0; ; attempt += 1) {
      const at = attempt === 0 ? bin : mix(bin * 0x9e3779b1 + attempt * 0x85ebca77) % bins;
      const value = this.least[at] ?? empty;
      if (value !== empty) return mix(value + attempt * 0x27d4eb2f);
    }
  }

  private grow(): void {
    const grown = new Uint8Array(this.bytes.length * 2);
    grown.set(this.bytes);
    this.bytes = grown;
  }
}

function mix(value: number): number {
  let hash = value | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

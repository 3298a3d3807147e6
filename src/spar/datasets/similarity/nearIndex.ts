import { rowsFor } from './candidates';
import { jaccard, shinglesOf } from './shingles';
import { bins, Sketches } from './sketches';

export interface NearMatch {
  /** Number of the text of the index. */
  readonly text: number;
  /** Jaccard similarity of the shingles, worked out and not estimated: the threshold at least. */
  readonly similarity: number;
}

/** An estimate may fall so far short of the truth: two standard errors of 128 bins. */
const margin = 0.1;
/** Texts of the index that one text is compared with, the most alike by estimate first. */
const mostCompared = 16;

/** Finds the text of a fixed list that another text is nearly the same as; 380 bytes a text beside the texts. */
export class NearIndex {
  private readonly sketches = new Sketches();
  /** Number of the text, by number of the sketch. */
  private readonly numbers: number[] = [];
  private readonly bands: readonly Band[];

  /** @param threshold Jaccard similarity, above 0 to 1. */
  constructor(
    private readonly texts: readonly string[],
    private readonly threshold: number,
  ) {
    for (const [number, text] of texts.entries())
      if (this.sketches.add(text) !== null) this.numbers.push(number);
    const rows = rowsFor(threshold);
    const firsts = Array.from({ length: Math.floor(bins / rows) }, (_, band) => band * rows);
    this.bands = firsts.map((first) => new Band(this.sketches, first, rows));
  }

  /** The most similar text; of equal ones the first. Null where none comes up to the threshold. */
  nearest(text: string): NearMatch | null {
    const sketch = this.sketches.add(text);
    if (sketch === null) return null;
    const candidates = new Map<number, number>();
    for (const band of this.bands) {
      for (const other of band.with(sketch))
        if (!candidates.has(other)) candidates.set(other, this.sketches.estimate(other, sketch));
    }
    this.sketches.dropLast();
    const likely = [...candidates].filter(([, estimate]) => estimate >= this.threshold - margin);
    if (likely.length === 0) return null;
    const shingles = shinglesOf(text);
    let best: NearMatch | null = null;
    for (const [other] of likely.sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, mostCompared)) {
      const number = this.numbers[other] ?? 0;
      const similarity = jaccard(shingles, shinglesOf(this.texts[number] ?? ''));
      const isBetter =
        best === null ||
        similarity > best.similarity ||
        (similarity === best.similarity && number < best.text);
      if (similarity >= this.threshold && isBetter) best = { text: number, similarity };
    }
    return best;
  }
}

/** Sketches by their bytes in some bins, sorted. */
class Band {
  private readonly keys: Float64Array;
  private readonly order: Uint32Array;

  constructor(
    private readonly sketches: Sketches,
    private readonly first: number,
    private readonly rows: number,
  ) {
    const keys = Float64Array.from({ length: sketches.size }, (_, sketch) =>
      sketches.band(sketch, first, rows),
    );
    this.order = Uint32Array.from(keys.keys()).sort((a, b) => (keys[a] ?? 0) - (keys[b] ?? 0) || a - b);
    this.keys = Float64Array.from(this.order, (sketch) => keys[sketch] ?? 0);
  }

  /** The sketches of the list that agree with this one. */
  with(sketch: number): Uint32Array {
    const key = this.sketches.band(sketch, this.first, this.rows);
    const from = this.lowest(key);
    let to = from;
    while (this.keys[to] === key) to += 1;
    return this.order.subarray(from, to);
  }

  private lowest(key: number): number {
    let [low, high] = [0, this.keys.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.keys[middle] ?? 0) < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** What a list of numbers comes to; null where it is empty. */
export interface Summary {
  readonly least: number;
  /** A tenth of the numbers is below it. */
  readonly low: number;
  readonly median: number;
  readonly high: number;
  readonly most: number;
  readonly mean: number;
}

/** `from` is in the bin, `to` only in the last one. */
export interface Bin {
  readonly from: number;
  readonly to: number;
  readonly records: number;
}

export interface Distribution {
  readonly summary: Summary | null;
  readonly bins: readonly Bin[];
  /** Records for which the measure is not known. */
  readonly unknown: number;
}

/** Numbers kept for exact quantiles: 8 bytes each. */
export class Numbers {
  private values = new Float64Array(1024);
  private count = 0;
  private unknown = 0;

  add(value: number | null): void {
    if (value === null || !Number.isFinite(value)) {
      this.unknown += 1;
      return;
    }
    if (this.count === this.values.length) {
      const larger = new Float64Array(this.count * 2);
      larger.set(this.values);
      this.values = larger;
    }
    this.values[this.count] = value;
    this.count += 1;
  }

  summary(): Summary | null {
    if (this.count === 0) return null;
    const sorted = this.values.slice(0, this.count).sort();
    const at = (share: number): number => sorted[Math.round(share * (this.count - 1))] ?? 0;
    // In the sorted order, so that the order of records can't show in the last digit.
    const mean = sorted.reduce((sum, value) => sum + value, 0) / this.count;
    return { least: at(0), low: at(0.1), median: at(0.5), high: at(0.9), most: at(1), mean };
  }

  /** Ten bins of shares, 0 to 1. */
  shares(): Distribution {
    return this.distribution(Array.from({ length: 11 }, (_, at) => at / 10));
  }

  /** @param edges Rising; what is beyond the outer ones counts in the outer bins. */
  distribution(edges: readonly number[]): Distribution {
    const records = Array.from({ length: edges.length - 1 }, () => 0);
    for (let index = 0; index < this.count; index += 1) {
      const bin = binOf(this.values[index] ?? 0, edges);
      records[bin] = (records[bin] ?? 0) + 1;
    }
    const bins = records.map((number, at) => ({
      from: edges[at] ?? 0,
      to: edges[at + 1] ?? 0,
      records: number,
    }));
    return { summary: this.summary(), bins, unknown: this.unknown };
  }
}

/** 0, 1, 2, 4, 8 … up to the first power of two above `most`. */
export function doublingEdges(most: number): readonly number[] {
  const edges = [0, 1];
  for (let edge = 2; edge <= most; edge *= 2) edges.push(edge);
  edges.push((edges.at(-1) ?? 1) * 2);
  return edges;
}

function binOf(value: number, edges: readonly number[]): number {
  let low = 0;
  let high = edges.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    // 0.3 is a little less than 3/10 in some sums, and belongs into the bin that starts there all the same.
    if (value + 1e-12 >= (edges[middle] ?? 0)) low = middle;
    else high = middle - 1;
  }
  return low;
}

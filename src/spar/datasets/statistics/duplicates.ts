import { NearTexts } from '../similarity/nearTexts';
import { textKey } from '../similarity/normalised';

/** Groups of pairs whose chosen texts are nearly the same. */
export interface Duplicates {
  /** Least Jaccard similarity of two texts that are linked, 0 to 1. */
  readonly threshold: number;
  readonly clusters: number;
  /** Pairs in any of them. */
  readonly records: number;
  /** Clusters by their number of pairs, in rising order. */
  readonly sizes: readonly { readonly size: number; readonly clusters: number }[];
  /** The largest, at most 20, with the ids of up to 5 of their pairs. */
  readonly largest: readonly {
    readonly records: number;
    readonly ids: readonly string[];
    readonly beginning: string;
  }[];
}

export const duplicateThreshold = 0.8;
/** Of a larger dataset no clusters are looked for: that is the work of minutes, and lint's. */
export const mostCompared = 200_000;

const mostLargest = 20;
const mostIds = 5;
const beginningLength = 80;

interface ChosenText {
  records: number;
  /** The smallest, sorted. */
  ids: string[];
  /** Number of a text of the same cluster; its own where it stands for the cluster. */
  parent: number;
  readonly beginning: string;
}

/** Gathers chosen texts, compares those that may be alike, and tells how they cluster. */
export class DuplicateCounter {
  private readonly numbers = new Map<string, number>();
  private readonly texts: ChosenText[] = [];
  private near = new NearTexts();
  private records = 0;

  add(id: string, chosen: string): void {
    this.records += 1;
    if (this.records > mostCompared) {
      this.forget();
      return;
    }
    const key = textKey(chosen);
    const known = this.numbers.get(key);
    const number = known ?? this.texts.length;
    if (known === undefined) {
      this.numbers.set(key, number);
      const beginning = chosen
        .trim()
        .slice(0, beginningLength)
        .replace(/[\ud800-\udbff]$/u, '');
      this.texts.push({ records: 0, ids: [], parent: number, beginning });
      this.near.add(number, chosen);
    }
    const text = this.texts[number];
    if (text === undefined) return;
    text.records += 1;
    text.ids = smallest([...text.ids, id]);
  }

  /**
   * @param readAgain Gives all chosen texts once more, in any order; called for each group of texts that may be alike.
   * @returns Null for more records than are compared.
   */
  async result(readAgain: (take: (chosen: string) => void) => Promise<void>): Promise<Duplicates | null> {
    if (this.records > mostCompared) return null;
    const ranks = this.ranks();
    const checks = this.near.check(duplicateThreshold, (text) => ranks[text] ?? 0);
    while (checks.begin()) {
      await readAgain((chosen) => {
        const number = this.numbers.get(textKey(chosen));
        if (number !== undefined) checks.give(number, chosen);
      });
      checks.end();
    }
    for (const [text, { text: other }] of checks.near) this.join(text, other);
    return clustersOf(this.texts.map((text, at) => ({ ...text, parent: this.root(at) })));
  }

  /** By the smallest id, so that the order of records says nothing. */
  private ranks(): Uint32Array {
    const order = [...this.texts.keys()].sort((a, b) => compare(this.firstId(a), this.firstId(b)));
    const ranks = new Uint32Array(order.length);
    for (const [rank, text] of order.entries()) ranks[text] = rank;
    return ranks;
  }

  private firstId(text: number): string {
    return this.texts[text]?.ids[0] ?? '';
  }

  private root(text: number): number {
    let at = text;
    for (let next = this.texts[at]?.parent ?? at; next !== at; next = this.texts[at]?.parent ?? at) at = next;
    return at;
  }

  private join(a: number, b: number): void {
    const [one, other] = [this.root(a), this.root(b)].sort((x, y) =>
      compare(this.firstId(x), this.firstId(y)),
    );
    const joined = other === undefined ? undefined : this.texts[other];
    if (joined !== undefined && one !== undefined) joined.parent = one;
  }

  private forget(): void {
    this.numbers.clear();
    this.texts.length = 0;
    this.near = new NearTexts();
  }
}

function clustersOf(texts: readonly ChosenText[]): Duplicates {
  const clusters = new Map<number, { records: number; ids: string[]; beginning: string }>();
  for (const { records, ids, parent } of texts) {
    const cluster = clusters.get(parent) ?? {
      records: 0,
      ids: [],
      beginning: texts[parent]?.beginning ?? '',
    };
    cluster.records += records;
    cluster.ids = smallest([...cluster.ids, ...ids]);
    clusters.set(parent, cluster);
  }
  const found = [...clusters.values()]
    .filter(({ records }) => records > 1)
    .sort((a, b) => b.records - a.records || compare(a.ids[0] ?? '', b.ids[0] ?? ''));
  const sizes = new Map<number, number>();
  for (const { records } of found) sizes.set(records, (sizes.get(records) ?? 0) + 1);
  return {
    threshold: duplicateThreshold,
    clusters: found.length,
    records: found.reduce((sum, { records }) => sum + records, 0),
    sizes: [...sizes].sort(([a], [b]) => a - b).map(([size, number]) => ({ size, clusters: number })),
    largest: found.slice(0, mostLargest),
  };
}

function smallest(ids: readonly string[]): string[] {
  return [...ids].sort(compare).slice(0, mostIds);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

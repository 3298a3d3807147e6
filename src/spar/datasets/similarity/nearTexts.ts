import { candidatesOf, type Candidate } from './candidates';
import { jaccard, shinglesOf } from './shingles';
import { Sketches } from './sketches';

/** A text that is nearly the same as one of lower rank. */
export interface NearText {
  /** Number of the other text. */
  readonly text: number;
  /** Worked out, not estimated: the threshold at least. */
  readonly similarity: number;
}

/** Shingles that are held at once while candidates are checked: 64 MB. */
const mostShingles = 1 << 24;

/**
 * Finds nearly equal texts among many, in 128 bytes a text. Texts are numbered by whoever adds them, each different
 * text once; a second reading of the candidates' texts checks their similarity before anything is claimed.
 */
export class NearTexts {
  private readonly sketches = new Sketches();
  /** Of each sketch, the number of its text and how long that is. */
  private readonly texts: number[] = [];
  private readonly lengths: number[] = [];

  add(number: number, text: string): void {
    if (this.sketches.add(text) === null) return;
    this.texts.push(number);
    this.lengths.push(text.length);
  }

  /**
   * @param options.ranks By text number: of two near texts the one of higher rank is told.
   * @param options.read Reads the texts anew, in any order, and gives `take` those that are wanted. Called once for
   * each 16 million characters of candidates.
   */
  async find(options: {
    readonly threshold: number;
    readonly rank: (text: number) => number;
    readonly read: (take: (number: number, text: () => string) => void) => Promise<void>;
  }): Promise<ReadonlyMap<number, NearText>> {
    const { threshold, rank, read } = options;
    const near = new Map<number, NearText>();
    const ranks = Uint32Array.from(this.texts, (text) => rank(text));
    for (const group of this.groups([...candidatesOf(this.sketches, ranks, threshold)])) {
      const wanted = new Set(group.flatMap(({ text, leader }) => [this.number(text), this.number(leader)]));
      const shingles = new Map<number, Uint32Array>();
      await read((number, text) => {
        if (wanted.has(number) && !shingles.has(number)) shingles.set(number, shinglesOf(text()));
      });
      for (const { text, leader } of group) {
        const [number, other] = [this.number(text), this.number(leader)];
        const [own, others] = [shingles.get(number), shingles.get(other)];
        if (own === undefined || others === undefined) continue;
        const similarity = jaccard(own, others);
        const best = near.get(number);
        if (similarity < threshold) continue;
        const found = { text: other, similarity };
        if (best === undefined || isBetter(found, best, rank)) near.set(number, found);
      }
    }
    return near;
  }

  /** Candidates in groups whose texts can be held at once. */
  private *groups(candidates: readonly Candidate[]): Generator<readonly Candidate[], void, void> {
    const sorted = [...candidates].sort((a, b) => a.leader - b.leader || a.text - b.text);
    let group: Candidate[] = [];
    let size = 0;
    let held = new Set<number>();
    for (const candidate of sorted) {
      for (const text of [candidate.leader, candidate.text]) {
        if (!held.has(text)) size += this.lengths[text] ?? 0;
        held.add(text);
      }
      group.push(candidate);
      if (size < mostShingles) continue;
      yield group;
      [group, size, held] = [[], 0, new Set()];
    }
    if (group.length > 0) yield group;
  }

  private number(sketch: number): number {
    return this.texts[sketch] ?? 0;
  }
}

function isBetter(a: NearText, b: NearText, rank: (text: number) => number): boolean {
  return a.similarity > b.similarity || (a.similarity === b.similarity && rank(a.text) < rank(b.text));
}

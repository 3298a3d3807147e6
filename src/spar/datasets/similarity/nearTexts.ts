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
   * The pairs to be checked, in groups whose texts can be held at once.
   *
   * @param rank By text number: of two near texts the one of higher rank is told.
   */
  check(threshold: number, rank: (text: number) => number): NearTextChecks {
    const ranks = Uint32Array.from(this.texts, (text) => rank(text));
    const groups = [...this.groups([...candidatesOf(this.sketches, ranks, threshold)])].map((group) =>
      group.map(({ text, leader }) => ({ text: this.number(text), leader: this.number(leader) })),
    );
    return new NearTextChecks(groups, { threshold, rank });
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

/** Candidates on their way to being near texts: texts are given, group after group, and compared. */
export class NearTextChecks {
  private readonly found = new Map<number, NearText>();
  private shingles = new Map<number, Uint32Array>();
  private wanted: ReadonlySet<number> = new Set();
  private next = 0;

  constructor(
    private readonly pairs: readonly (readonly Candidate[])[],
    private readonly options: { readonly threshold: number; readonly rank: (text: number) => number },
  ) {}

  /** Makes ready for the texts of the next group; false when there is none left. */
  begin(): boolean {
    const group = this.pairs[this.next];
    this.wanted = new Set(group?.flatMap(({ text, leader }) => [text, leader]) ?? []);
    return group !== undefined;
  }

  /** Takes a text if the group has it; any text may be given, in any order, and more than once. */
  give(number: number, text: string): void {
    if (this.wanted.has(number) && !this.shingles.has(number)) this.shingles.set(number, shinglesOf(text));
  }

  /** Compares what the group's texts come to. */
  end(): void {
    const { threshold, rank } = this.options;
    for (const { text, leader } of this.pairs[this.next] ?? []) {
      const [own, others] = [this.shingles.get(text), this.shingles.get(leader)];
      if (own === undefined || others === undefined) continue;
      const similarity = jaccard(own, others);
      if (similarity < threshold) continue;
      const found = { text: leader, similarity };
      const best = this.found.get(text);
      if (best === undefined || isBetter(found, best, rank)) this.found.set(text, found);
    }
    this.shingles = new Map();
    this.next += 1;
  }

  get near(): ReadonlyMap<number, NearText> {
    return this.found;
  }
}

function isBetter(a: NearText, b: NearText, rank: (text: number) => number): boolean {
  return a.similarity > b.similarity || (a.similarity === b.similarity && rank(a.text) < rank(b.text));
}

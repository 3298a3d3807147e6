import type { CuratedRecord } from '../curated';
import { instructionTextOf } from '../instructionText';
import type { DatasetRecord } from '../schema';
import { jaccard, shinglesOf } from './shingles';

export interface SimilarRecord {
  readonly id: string;
  /** Of the record in its file, from 1. */
  readonly line: number;
  /** Jaccard similarities of the texts, 0 to 1. */
  readonly instruction: number;
  readonly chosen: number;
}

export interface FindSimilarOptions {
  /** Least similarity of the instruction or of the chosen text; 0.5 by default. */
  readonly threshold?: number;
  /** The most similar so many; 100 by default. */
  readonly limit?: number;
  readonly signal?: AbortSignal;
}

/**
 * Records whose instruction or chosen text is like that of `target`, the most similar first; `target` itself is left
 * out. Every record is compared, none is guessed.
 *
 * @param batches For example `readCurated(path)`.
 * @throws `signal.reason`, and what reading throws.
 */
export async function findSimilar(
  batches: AsyncIterable<readonly CuratedRecord[]>,
  target: DatasetRecord,
  options: FindSimilarOptions = {},
): Promise<readonly SimilarRecord[]> {
  const { threshold = 0.5, limit = 100, signal } = options;
  const instruction = new Likeness(instructionTextOf(target.instruction), threshold);
  const chosen = new Likeness(target.chosen, threshold);
  let found: SimilarRecord[] = [];
  for await (const batch of batches) {
    signal?.throwIfAborted();
    for (const { record, line } of batch) {
      if (record.id === target.id) continue;
      const likeness = {
        instruction: instruction.with(instructionTextOf(record.instruction)),
        chosen: chosen.with(record.chosen),
      };
      if (Math.max(likeness.instruction, likeness.chosen) < threshold) continue;
      found.push({ id: record.id, line, ...likeness });
    }
    if (found.length > limit * 4) found = best(found, limit);
  }
  return best(found, limit);
}

/** One text's similarity with others; 0 where it is sure to be below the threshold. */
class Likeness {
  private readonly shingles: Uint32Array;
  private lastText: string | null = null;
  private last = 0;

  constructor(
    private readonly text: string,
    private readonly threshold: number,
  ) {
    this.shingles = shinglesOf(text);
  }

  with(other: string): number {
    if (other === this.text) return this.shingles.length === 0 ? 0 : 1;
    // A text has no more shingles than characters; NFKC makes at most 18 of one.
    if (other.length * 18 < this.shingles.length * this.threshold) return 0;
    if (other !== this.lastText) {
      this.last = jaccard(this.shingles, shinglesOf(other));
      this.lastText = other;
    }
    return this.last;
  }
}

function best(found: readonly SimilarRecord[], limit: number): SimilarRecord[] {
  const likeness = (one: SimilarRecord): number => one.instruction + one.chosen;
  return [...found]
    .sort((a, b) => likeness(b) - likeness(a) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0))
    .slice(0, limit);
}

import { instructionKey } from './normalised';
import { forEachRun, runLength } from './wordRuns';

/** A prompt that a model is to be measured on. */
export interface EvaluationPrompt {
  readonly text: string;
  readonly file: string;
  /** Line, or number of the row; from 1. */
  readonly line: number;
}

/** Runs of words that a text shares with a prompt. */
export interface RunOverlap {
  readonly prompt: EvaluationPrompt;
  /** Of the prompt's different runs, 0 to 1. */
  readonly share: number;
  /** Words of the longest stretch that the text has in common with the prompt: eight at least, or all of a shorter text. */
  readonly stretch: number;
}

export interface RunOverlaps {
  /** By its share. */
  readonly largest: RunOverlap;
  /** By its stretch. */
  readonly longest: RunOverlap;
}

/** What a text has of one prompt. */
interface Shared {
  readonly runs: Set<number>;
  /** Number of the text's run that was the last to be the prompt's too. */
  at: number;
  /** Runs that ended there without a gap, and the most that ever did. */
  inRow: number;
  longest: number;
}

/** Evaluation prompts that share a run; a run of more is a phrase of the benchmark and says nothing. */
const mostSharing = 5;

/** Finds the evaluation prompts that a text is, or has long runs of words of. Memory is in the size of the prompts. */
export class PromptIndex {
  /** Each different prompt once. */
  readonly prompts: readonly EvaluationPrompt[];
  private readonly byKey = new Map<string, EvaluationPrompt>();
  /** Sorted; as often as prompts have the run. */
  private readonly runs: Float64Array;
  /** Number of the prompt that has the run at the same place. */
  private readonly owners: Uint32Array;
  /** Different runs that count, by number of the prompt. */
  private readonly counts: Uint32Array;

  constructor(prompts: Iterable<EvaluationPrompt>) {
    for (const prompt of prompts) {
      const key = instructionKey(prompt.text);
      if (!this.byKey.has(key)) this.byKey.set(key, prompt);
    }
    this.prompts = [...this.byKey.values()];
    const owned = ownedRuns(this.prompts);
    this.runs = owned.runs;
    this.owners = owned.owners;
    this.counts = new Uint32Array(this.prompts.length);
    for (const owner of this.owners) this.counts[owner] = (this.counts[owner] ?? 0) + 1;
  }

  /** The prompt that the text is, letter case and white space apart. */
  same(text: string): EvaluationPrompt | null {
    return this.byKey.get(instructionKey(text)) ?? null;
  }

  /** Of the prompts that share a run with the text the nearest in both ways; of equal ones the first. */
  overlap(text: string): RunOverlaps | null {
    const found = new Map<number, Shared>();
    let at = 0;
    const words = forEachRun(text, (run) => {
      at += 1;
      for (let slot = this.firstOf(run); this.runs[slot] === run; slot += 1) {
        const owner = this.owners[slot] ?? 0;
        const entry = found.get(owner) ?? { runs: new Set(), at: 0, inRow: 0, longest: 0 };
        entry.runs.add(run);
        entry.inRow = entry.at === at - 1 ? entry.inRow + 1 : 1;
        entry.at = at;
        entry.longest = Math.max(entry.longest, entry.inRow);
        found.set(owner, entry);
      }
    });
    let best: RunOverlaps | null = null;
    for (const [owner, { runs, longest }] of [...found].sort(([a], [b]) => a - b)) {
      const prompt = this.prompts[owner];
      if (prompt === undefined) continue;
      const share = runs.size / (this.counts[owner] ?? 1);
      const overlap = { prompt, share, stretch: Math.min(words, longest + runLength - 1) };
      best = {
        largest: best !== null && best.largest.share >= overlap.share ? best.largest : overlap,
        longest: best !== null && best.longest.stretch >= overlap.stretch ? best.longest : overlap,
      };
    }
    return best;
  }

  /** Of the places with the run, or that would have it. */
  private firstOf(run: number): number {
    let [low, high] = [0, this.runs.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.runs[middle] ?? 0) < run) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** The different runs of each prompt, without those that too many share, sorted by run and then by prompt. */
function ownedRuns(prompts: readonly EvaluationPrompt[]): {
  readonly runs: Float64Array;
  readonly owners: Uint32Array;
} {
  const [all, ownerOf]: [number[], number[]] = [[], []];
  for (const [number, { text }] of prompts.entries()) {
    const own = new Set<number>();
    forEachRun(text, (run) => own.add(run));
    for (const run of own) {
      all.push(run);
      ownerOf.push(number);
    }
  }
  const order = Uint32Array.from(all.keys()).sort((a, b) => (all[a] ?? 0) - (all[b] ?? 0) || a - b);
  const kept: number[] = [];
  for (let start = 0; start < order.length;) {
    let end = start + 1;
    while (end < order.length && all[order[end] ?? 0] === all[order[start] ?? 0]) end += 1;
    if (end - start <= mostSharing) for (let slot = start; slot < end; slot += 1) kept.push(order[slot] ?? 0);
    start = end;
  }
  return {
    runs: Float64Array.from(kept, (entry) => all[entry] ?? 0),
    owners: Uint32Array.from(kept, (entry) => ownerOf[entry] ?? 0),
  };
}

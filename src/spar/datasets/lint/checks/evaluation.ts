import { instructionKey } from '../../similarity/normalised';
import { findingOf, percent, rejectPair, type LintedRecord, type RecordCheck } from '../check';
import type { EvaluationPrompt } from '../evaluationPrompts';

/** Words in a row: 8 are seldom shared by accident, and most prompts have them. */
const runLength = 8;
/** Evaluation prompts that share a run; a run of more is a phrase of the benchmark and says nothing. */
const mostSharing = 5;

/** Instructions that are, or overlap, prompts of an evaluation. */
export function evaluationCheck(prompts: readonly EvaluationPrompt[], threshold: number): RecordCheck {
  const index = new PromptIndex(prompts);
  return {
    codes: ['evaluation-prompt', 'evaluation-overlap'],
    check: (linted) => {
      const same = index.same(linted.instruction);
      if (same !== null) {
        return [
          findingOf('evaluation-prompt', linted, {
            field: 'instruction',
            message: `The instruction is the prompt in line ${same.line} of the evaluation.`,
            related: [relatedTo(same)],
            fix: rejectPair(linted, 'Lint: the instruction is a prompt of the evaluation.'),
          }),
        ];
      }
      const overlap = overlapOf(linted, index);
      if (overlap === null || overlap.share < threshold) return [];
      return [
        findingOf('evaluation-overlap', linted, {
          field: 'instruction',
          message: `The instruction has ${percent(overlap.share)} of the runs of ${runLength} words of the prompt in line ${overlap.prompt.line} of the evaluation.`,
          related: [relatedTo(overlap.prompt)],
          fix: rejectPair(linted, 'Lint: the instruction overlaps a prompt of the evaluation.'),
        }),
      ];
    },
  };
}

function relatedTo({ file, line, text }: EvaluationPrompt) {
  const start = text.replace(/\s+/gu, ' ').slice(0, 80);
  return { record: null, file, line, message: `Evaluation prompt: ${start}` };
}

interface Overlap {
  readonly prompt: EvaluationPrompt;
  readonly share: number;
}

/** The evaluation prompt of whose runs the instruction holds the largest share. */
function overlapOf({ instruction }: LintedRecord, index: PromptIndex): Overlap | null {
  const counts = new Map<number, number>();
  for (const run of new Set(runsOf(instruction))) {
    for (const prompt of index.with(run)) counts.set(prompt, (counts.get(prompt) ?? 0) + 1);
  }
  let best: Overlap | null = null;
  for (const [number, count] of counts) {
    const { prompt, runs } = index.entry(number);
    const share = count / runs;
    if (best === null || share > best.share) best = { prompt, share };
  }
  return best;
}

interface PromptEntry {
  readonly prompt: EvaluationPrompt;
  /** Different runs that count. */
  readonly runs: number;
}

class PromptIndex {
  private readonly byKey = new Map<string, EvaluationPrompt>();
  private readonly byRun = new Map<number, number[]>();
  private readonly entries: PromptEntry[] = [];

  constructor(prompts: readonly EvaluationPrompt[]) {
    const runs: ReadonlySet<number>[] = [];
    for (const prompt of prompts) {
      const key = instructionKey(prompt.text);
      if (this.byKey.has(key)) continue;
      this.byKey.set(key, prompt);
      const own = new Set(runsOf(prompt.text));
      for (const run of own)
        this.byRun.set(run, [...(this.byRun.get(run) ?? []), runs.length].slice(0, mostSharing + 1));
      runs.push(own);
      this.entries.push({ prompt, runs: own.size });
    }
    for (const [run, sharing] of this.byRun) if (sharing.length > mostSharing) this.byRun.delete(run);
    for (const [number, own] of runs.entries()) {
      const counting = [...own].filter((run) => this.byRun.has(run)).length;
      const entry = this.entries[number];
      if (entry !== undefined) this.entries[number] = { ...entry, runs: counting };
    }
  }

  same(instruction: string): EvaluationPrompt | null {
    return this.byKey.get(instructionKey(instruction)) ?? null;
  }

  with(run: number): readonly number[] {
    return this.byRun.get(run) ?? [];
  }

  entry(number: number): PromptEntry {
    const entry = this.entries[number];
    if (entry === undefined) throw new RangeError(`There is no prompt ${number}.`);
    return entry;
  }
}

/** Hashes of the runs of eight words; of a shorter text, of all its words if they are four or more. */
function runsOf(text: string): readonly number[] {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  if (words.length < 4) return [];
  const length = Math.min(runLength, words.length);
  const hashes = words.map(hashOf);
  const runs: number[] = [];
  for (let at = 0; at + length <= hashes.length; at += 1) {
    // 53 bits in two parts, so that no accident joins two runs.
    let [low, high] = [length, 0x9e3779b1];
    for (let word = at; word < at + length; word += 1) {
      low = Math.imul(low ^ (hashes[word] ?? 0), 0x01000193);
      high = Math.imul(high + (hashes[word] ?? 0), 0x85ebca6b) ^ (high >>> 13);
    }
    runs.push((low >>> 0) * 0x200000 + (high >>> 11));
  }
  return runs;
}

function hashOf(word: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < word.length; at += 1) hash = Math.imul(hash ^ word.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return hash ^ (hash >>> 13);
}

import { basename } from 'node:path';
import { readEvaluationPrompts } from '../../datasets/lint/evaluationPrompts';
import { NearIndex } from '../../datasets/similarity/nearIndex';
import { PromptIndex, type EvaluationPrompt } from '../../datasets/similarity/promptIndex';
import { runLength } from '../../datasets/similarity/wordRuns';

/** Why a text was compared with a prompt: it is the prompt, shares words in a row with it, or is nearly the same. */
export type OverlapKind = 'same' | 'words' | 'near';

/** What a text has in common with the evaluation prompt that is nearest to it. */
export interface Overlap {
  /** True where the text must be held back. */
  readonly overlaps: boolean;
  readonly kind: OverlapKind;
  readonly with: {
    readonly file: string;
    /** Line, or number of the row; from 1. */
    readonly place: number;
    /** The beginning of the prompt on one line; at most 100 characters. */
    readonly excerpt: string;
  };
  /**
   * 0 to 1. Of `words` the share of the prompt's runs of eight words that the text has, of `near` the Jaccard
   * similarity.
   */
  readonly share: number;
}

export interface GuardThresholds {
  /**
   * Share of a prompt's runs of eight words from which a text overlaps it, above 0 to 1. 0.5 by default, as Tülu 3
   * has it (arXiv 2411.15124, decontamination).
   */
  readonly share: number;
  /**
   * Words in a row that overlap by themselves, however long the prompt is. 20 by default: GPT-3 took 13 (arXiv
   * 2005.14165, appendix C), but constraints are often said in 13 to 17 words that mean no more than the constraint.
   */
  readonly stretch: number;
  /**
   * Jaccard similarity of runs of five characters from which a text is nearly a prompt. 0.6 by default: no two different
   * prompts of IFEval come up to it, and a prompt with a tenth of its words changed does.
   */
  readonly similarity: number;
}

export const defaultGuardThresholds: GuardThresholds = { share: 0.5, stretch: 20, similarity: 0.6 };

/** Tells instructions that overlap the prompts of an evaluation; memory is in the size of these. */
export class ContaminationGuard {
  private readonly index: PromptIndex;
  private readonly near: NearIndex;
  private readonly thresholds: GuardThresholds;

  constructor(prompts: readonly EvaluationPrompt[], thresholds: Partial<GuardThresholds> = {}) {
    this.thresholds = { ...defaultGuardThresholds, ...thresholds };
    this.index = new PromptIndex(prompts);
    this.near = new NearIndex(
      this.index.prompts.map(({ text }) => text),
      this.thresholds.similarity,
    );
  }

  /**
   * Reads the prompts: rows of any shape that SPaR knows, IFEval's among them, or a text with one a line.
   *
   * @throws LogError where a file can't be read or says no prompt; `signal.reason`.
   */
  static async load(
    files: readonly string[],
    options: { readonly thresholds?: Partial<GuardThresholds>; readonly signal?: AbortSignal } = {},
  ): Promise<ContaminationGuard> {
    const prompts: EvaluationPrompt[] = [];
    for (const file of files)
      for (const prompt of await readEvaluationPrompts(file, options.signal)) prompts.push(prompt);
    return new ContaminationGuard(prompts, options.thresholds);
  }

  /** Different prompts. */
  get size(): number {
    return this.index.prompts.length;
  }

  /** Null where the text shares neither a run of eight words nor nearly all its characters with any prompt. */
  check(text: string): Overlap | null {
    const same = this.index.same(text);
    if (same !== null) return overlapWith(same, { overlaps: true, kind: 'same', share: 1 });
    const runs = this.index.overlap(text);
    const { share, stretch } = this.thresholds;
    const held = [runs?.largest, runs?.longest].find(
      (found) => found !== undefined && (found.share >= share || found.stretch >= stretch),
    );
    if (held !== undefined)
      return overlapWith(held.prompt, { overlaps: true, kind: 'words', share: held.share });
    const near = this.near.nearest(text);
    const prompt = near === null ? undefined : this.index.prompts[near.text];
    if (near !== null && prompt !== undefined)
      return overlapWith(prompt, { overlaps: true, kind: 'near', share: near.similarity });
    if (runs === null) return null;
    const { largest } = runs;
    return overlapWith(largest.prompt, { overlaps: false, kind: 'words', share: largest.share });
  }
}

/** The overlap in one line, for reports and lists of what was held back. */
export function overlapWords({ kind, share, with: prompt }: Overlap): string {
  const percent = `${Math.round(share * 100)} %`;
  const where = `${basename(prompt.file)}:${prompt.place} “${prompt.excerpt}”`;
  switch (kind) {
    case 'same':
      return `it is ${where}`;
    case 'words':
      return `it has ${percent} of the runs of ${runLength} words of ${where}`;
    case 'near':
      return `it is ${percent} like ${where}`;
  }
}

function overlapWith(
  { file, line, text }: EvaluationPrompt,
  found: Pick<Overlap, 'overlaps' | 'kind' | 'share'>,
): Overlap {
  const start = text
    .slice(0, 400)
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\s]+/gu, ' ')
    .trim();
  const excerpt = start.length > 100 ? `${start.slice(0, 99)}…` : start;
  return { ...found, with: { file, place: line, excerpt } };
}

import type { PairTokens } from './tokenCounter';

/** How a trainer cuts rows that are too long. */
export type CutRule =
  /** LLaMA-Factory: prompt and answer share the cutoff in proportion; both lose their ends. */
  | 'proportional'
  /** TRL's `keep_start`: the first tokens of prompt and answer together. */
  | 'keep-start';

export interface TrainerProfile {
  readonly name: ProfileName;
  readonly title: string;
  /** Tokens of prompt and answer together; null: nothing is cut. */
  readonly cutoff: number | null;
  readonly rule: CutRule;
  /** The trainer's own name of the cutoff. */
  readonly option: string;
}

export type ProfileName = 'llama-factory' | 'trl' | 'plain';

/**
 * LLaMA-Factory with the paper's cutoff (FORMATS: `cutoff_len` 2048), TRL with its default `max_length` of 1024, and
 * no trainer in particular.
 */
export const profiles: Readonly<Record<ProfileName, TrainerProfile>> = {
  'llama-factory': {
    name: 'llama-factory',
    title: 'LLaMA-Factory',
    cutoff: 2048,
    rule: 'proportional',
    option: 'cutoff_len',
  },
  trl: { name: 'trl', title: 'TRL', cutoff: 1024, rule: 'keep-start', option: 'max_length' },
  plain: { name: 'plain', title: 'the trainer', cutoff: null, rule: 'keep-start', option: 'its cutoff' },
};

export const profileNames = Object.keys(profiles) as readonly ProfileName[];

export function isProfileName(value: string): value is ProfileName {
  return Object.hasOwn(profiles, value);
}

/** What is left of a pair. */
export interface CutPair {
  /** Tokens that are kept of the prompt and, at most, of each answer. */
  readonly prompt: number;
  readonly answer: number;
  /** Of the prompt or of an answer something is lost. */
  readonly isCut: boolean;
  /** What is left of both answers is the same. */
  readonly isEqual: boolean;
}

/** What the trainer leaves of a pair. */
export function cutPair(tokens: PairTokens, { cutoff, rule }: TrainerProfile): CutPair {
  const longer = Math.max(tokens.chosen, tokens.rejected);
  const kept =
    cutoff === null
      ? { prompt: tokens.prompt, answer: longer }
      : keptOf(tokens.prompt, longer, { cutoff, rule });
  return {
    ...kept,
    isCut: kept.prompt < tokens.prompt || kept.answer < longer,
    isEqual: tokens.common >= Math.min(kept.answer, longer),
  };
}

function keptOf(
  prompt: number,
  answer: number,
  { cutoff, rule }: { readonly cutoff: number; readonly rule: CutRule },
): { readonly prompt: number; readonly answer: number } {
  if (rule === 'keep-start') {
    const keptPrompt = Math.min(prompt, cutoff);
    return { prompt: keptPrompt, answer: Math.min(answer, cutoff - keptPrompt) };
  }
  // LLaMA-Factory's `infer_seqlen`: whoever takes less than half loses nothing.
  const most =
    answer * 2 < cutoff
      ? cutoff
      : prompt * 2 < cutoff
        ? cutoff - prompt
        : Math.floor(cutoff * (answer / (prompt + answer)));
  const keptAnswer = Math.min(most, answer);
  return { prompt: Math.min(prompt, Math.max(cutoff - keptAnswer, 0)), answer: keptAnswer };
}

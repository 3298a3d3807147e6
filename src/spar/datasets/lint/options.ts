import type { RecordState } from '../recordState';
import type { TrainerProfile } from '../../tokens/cut';
import type { TokenCounter } from '../../tokens/tokenCounter';
import type { EvaluationPrompt } from '../similarity/promptIndex';
import type { FindingCode } from './finding';

/** Where findings begin. */
export interface LintThresholds {
  /** Share of needless changes above which a pair is found, 0 to 1. */
  readonly interference: number;
  /** Jaccard similarity from which texts count as nearly the same, above 0 to 1. */
  readonly similarity: number;
  /** Share of pairs whose chosen text is the longer (or the shorter) one from which the set is biased, 0.5 to 1. */
  readonly lengthShare: number;
  /** Correlation of length and being chosen from which the set is biased, 0 to 1. */
  readonly lengthCorrelation: number;
  /** Share of an evaluation prompt's runs of words in an instruction from which the two overlap, above 0 to 1. */
  readonly evaluationOverlap: number;
}

export const defaultThresholds: LintThresholds = {
  interference: 0.5,
  similarity: 0.8,
  lengthShare: 0.7,
  lengthCorrelation: 0.3,
  evaluationOverlap: 0.5,
};

export interface LintOptions {
  /** Accepted, pending and contested by default: rejected pairs train nothing. */
  readonly statuses?: readonly RecordState['status'][];
  /** LLaMA-Factory with a cutoff of 2048 by default. */
  readonly profile?: TrainerProfile;
  /** An estimate by default. */
  readonly tokens?: TokenCounter;
  /** Prompts that must not be in the set. */
  readonly evaluation?: readonly EvaluationPrompt[];
  readonly thresholds?: Partial<LintThresholds>;
  /** Codes that are not looked for. */
  readonly ignore?: readonly FindingCode[];
  /** Findings of one code that are kept with their words; all are counted. 1000 by default. */
  readonly mostOfCode?: number;
  readonly signal?: AbortSignal;
  /** Share of the work that is done, 0 to 1; never falls. */
  readonly onProgress?: (share: number) => void;
}

/** Statuses that lint looks at unless told otherwise. */
export const lintedStatuses: readonly RecordState['status'][] = ['accepted', 'pending', 'contested'];

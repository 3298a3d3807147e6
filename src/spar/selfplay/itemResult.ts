import type { NewDecision, NewRecord } from '../datasets/newLines';
import type { RefinerExample } from '../datasets/export/examples/examples';
import type { Usage } from '../models/chatModel';

/** What an item's requests were for. */
export type Stage = 'evolve' | 'sample' | 'judge' | 'search' | 'collect';

export const stages: readonly Stage[] = ['evolve', 'sample', 'judge', 'search', 'collect'];

export type ItemStatus =
  /** At least one pair came of it. */
  | 'solved'
  /** Failing answers, of which no refinement passed. */
  | 'unsolved'
  /** No answer failed. */
  | 'no-failing-answer'
  /** Nobody could tell whether an answer fails: no model, and rules that do not reach. */
  | 'undetermined'
  /** Failing answers were found, and the run does not search. */
  | 'judged'
  /** The evolved instruction was of no use. */
  | 'dropped'
  /** Overlaps an evaluation prompt. */
  | 'held-back'
  /** For the item's own sake; it can be tried again. */
  | 'failed';

/** Of one item, as the journal keeps it. */
export interface ItemSummary {
  readonly index: number;
  readonly place: number;
  readonly id: string;
  readonly status: ItemStatus;
  /** One sentence for a person. */
  readonly reason: string;
  readonly answers: {
    /** Sampled or brought by the row. */
    readonly drawn: number;
    readonly failing: number;
    readonly passing: number;
    /** Neither: no verdict, or nobody to give one. */
    readonly unknown: number;
  };
  /** Nodes of all its searches, roots left out. */
  readonly nodes: number;
  readonly pairs: readonly PairSummary[];
  readonly examples: number;
  /** What was paid for, by stage; recorded replies cost nothing again. */
  readonly usage: Readonly<Partial<Record<Stage, Usage>>>;
  /** From its first request to its end, pauses of the run left out. */
  readonly milliseconds: number;
}

export interface PairSummary {
  readonly value: number | null;
  /** Depth of the chosen text in its tree. */
  readonly depth: number;
  readonly distance: number;
  readonly interference: number | null;
  readonly accepted: boolean;
}

/** Of one item, whole. */
export interface ItemResult {
  readonly summary: ItemSummary;
  readonly pairs: readonly FoundPair[];
  readonly examples: readonly RankedExample[];
  /** What an evaluation prompt was found in the instruction of a `held-back` item. */
  readonly overlap: string | null;
}

export interface FoundPair {
  readonly record: NewRecord;
  /** Of the policy; null leaves it pending. */
  readonly decision: NewDecision | null;
}

export interface RankedExample extends RefinerExample {
  /** Seeded; those of the smallest ranks are taken where the mix has no place for all. */
  readonly rank: number;
}

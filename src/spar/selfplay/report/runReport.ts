import type { ConstraintCount } from '../../datasets/statistics/constraintCounts';
import type { Distribution, Summary } from '../../report/distribution';
import type { Stretch } from '../../report/report';
import type { ItemStatus, Stage } from '../itemResult';
import type { PauseReason } from '../stops';
import type { AboutRun } from './aboutRun';
import type { Funnel } from './funnel';

/** Version of the shape below, for programs that read `spar report --json`. */
export const runReportVersion = 1;

/** What a run came to, as plain data; also of one that is not finished. */
export interface RunReport {
  readonly version: typeof runReportVersion;
  /** The folder's name. */
  readonly name: string;
  readonly state: 'running' | 'paused' | 'finished' | 'interrupted';
  readonly pause: PauseReason | null;
  readonly about: AboutRun;
  /** From the rows of the input to accepted pairs: each row is in exactly one of its ends. */
  readonly funnel: Funnel;
  readonly pairs: PairMeasures;
  readonly evidence: PairEvidence;
  /** What became of the pairs in their dataset; null where it was not read. */
  readonly reviewed: Reviewed | null;
  readonly spent: Spending;
  readonly time: Times;
  /** Items that took longest, the longest first. */
  readonly slowest: readonly ItemLine[];
  readonly failed: {
    readonly count: number;
    /** The most frequent first. */
    readonly reasons: readonly ReasonCount[];
    /** In the order of the input, the first of them. */
    readonly items: readonly ItemLine[];
  };
  /** Rows that could not be used. */
  readonly refused: {
    readonly count: number;
    /** The first of them. */
    readonly rows: readonly { readonly place: number; readonly reason: string }[];
  };
  readonly examples: readonly PairExample[];
  /** Lines and results that could not be read. */
  readonly unread: { readonly journal: number; readonly outcomes: number };
}

export interface ReasonCount {
  readonly reason: string;
  readonly count: number;
}

export interface ItemLine {
  /** Line of a file of lines, else number of the row. */
  readonly place: number;
  readonly status: ItemStatus;
  readonly reason: string;
  readonly milliseconds: number;
  readonly tokens: number;
}

/** Of all pairs. */
export interface PairMeasures {
  readonly count: number;
  /** Accepted by the policy. */
  readonly accepted: number;
  readonly values: Distribution;
  readonly distance: Distribution;
  readonly interference: Distribution;
  readonly depths: readonly { readonly depth: number; readonly records: number }[];
}

/** Pairs by what policy or people decided. */
export interface Reviewed {
  readonly accepted: number;
  readonly rejected: number;
  readonly waiting: number;
  readonly deleted: number;
}

/** Of the pairs whose texts were read: all, or so many of them, drawn evenly. */
export interface PairEvidence {
  readonly pairs: number;
  readonly constraints: readonly ConstraintCount[];
  readonly votes: VoteAgreement;
}

export interface VoteAgreement {
  /** Texts, original and refined, that at least two votes judged. */
  readonly judged: number;
  /** Of them, those whose votes said all the same. */
  readonly unanimous: number;
  /** Mean share of the votes that said what most said, 0.5 to 1; null where nothing was judged. */
  readonly agreement: number | null;
  readonly unparsed: number;
  /** How the votes of single texts fell out; the most frequent first. */
  readonly outcomes: readonly {
    readonly yes: number;
    readonly no: number;
    readonly rejected: number;
    readonly chosen: number;
  }[];
}

export interface Spending {
  readonly stages: readonly StageSpending[];
  readonly tokens: number;
  /** In the price's currency; null without a price. */
  readonly cost: number | null;
  readonly currency: string | null;
  /** Some counts are estimates, since a server told none. */
  readonly isEstimated: boolean;
  /** Null before the first pair. */
  readonly perPair: { readonly tokens: number; readonly cost: number | null } | null;
}

export interface StageSpending {
  readonly stage: Stage;
  readonly requests: number;
  readonly sequences: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly cost: number | null;
}

export interface Times {
  /** Of work, pauses left out, in milliseconds. */
  readonly worked: number;
  /** Of single items, from the first request to the end, in milliseconds. */
  readonly items: Summary | null;
  /** Items a minute of work; null before any. */
  readonly rate: number | null;
}

/** A pair to be read, drawn by the run's seed. */
export interface PairExample {
  readonly place: number;
  readonly instruction: string;
  readonly difference: readonly Stretch[];
  readonly value: number | null;
  readonly distance: number;
  readonly interference: number | null;
  readonly depth: number;
  readonly isAccepted: boolean;
}

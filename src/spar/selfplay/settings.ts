import {
  auditShareOfRuns,
  defaultSettings,
  type SearchSettings,
  type VotingPolicy,
} from '../search/settings';

/** How a run goes from instructions to pairs. Defaults are the paper's (arXiv 2412.11605) but for what ARCHITECTURE.md tells. */
export interface RunSettings {
  readonly kind: 'selfplay';
  /** Of everything that is drawn. */
  readonly seed: number;
  /** Whether instructions are made harder first. */
  readonly evolve: boolean;
  /** K: answers sampled of an instruction that brings none, at most. At least 1. */
  readonly samples: number;
  /** Whether answers are judged before one is searched from; without, all of them count as failing. */
  readonly judge: boolean;
  /**
   * `one`: one failing answer of an instruction. `all`: each of them.
   */
  readonly select: 'one' | 'all';
  /**
   * With `one`: `as-needed` samples and judges one answer after the other until one fails, which draws a failing
   * answer as evenly as choosing among all of them does, for less; `all` samples and judges all K first.
   */
  readonly draw: 'as-needed' | 'all';
  /** Whether failing answers are searched from; without, the run ends with judged answers. */
  readonly refine: boolean;
  /** Of each search; its budget is that of one item. */
  readonly search: SearchSettings;
  /** Share of the nodes whose votes are all drawn for the refiner's examples, 0 to 1. */
  readonly completeShare: number;
  readonly limits: RunLimits;
  /** Which pairs are accepted without review; null: none. */
  readonly policy: AcceptancePolicy | null;
}

/** Limits of a whole run; absent means none. Requests in flight when one is reached are let come home. */
export interface RunLimits {
  /** Prompt and completion tokens together. */
  readonly tokens?: number;
  /** In the currency of the search's price. */
  readonly cost?: number;
  /** Of work, pauses left out. */
  readonly milliseconds?: number;
  /** Items, from the first. */
  readonly items?: number;
}

/** Null lifts a limit; what is absent stays as it is. */
export type LimitChanges = { readonly [Name in keyof RunLimits]?: number | null };

export function changedLimits(limits: RunLimits, changes: LimitChanges): RunLimits {
  const changed = Object.entries({ ...limits, ...changes }).filter(([, limit]) => limit !== null);
  return Object.fromEntries(changed);
}

/** A pair is accepted where all of it holds. What is unknown holds nothing. */
export interface AcceptancePolicy {
  /** Stands on each record that was so accepted. */
  readonly name: string;
  /** Least value, 0 to 1. */
  readonly value: number;
  /** Most interference, 0 to 1. */
  readonly interference: number;
  /** Whether code must have verified every part of the instruction. */
  readonly verified: boolean;
}

/**
 * How votes about answers are spent. A screen is for refinements, of which the next one may be better: a single No does
 * not make an answer the rejected side of a pair.
 */
export function answerVoting(voting: VotingPolicy): VotingPolicy {
  return voting === 'screen' ? 'settled' : voting;
}

export const defaultRunSettings: RunSettings = {
  kind: 'selfplay',
  seed: 0,
  evolve: false,
  samples: 5,
  judge: true,
  select: 'one',
  draw: 'as-needed',
  refine: true,
  search: { ...defaultSettings, auditShare: auditShareOfRuns },
  completeShare: 0.2,
  limits: {},
  policy: null,
};

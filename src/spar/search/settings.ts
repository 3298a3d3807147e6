import type { Price } from '../models/usage';

export type { Price } from '../models/usage';

/** How a tree is grown. Defaults are the paper's (arXiv 2412.11605, section 3 and appendix). */
export type SearchAlgorithm = 'breadth-first' | 'depth-first' | 'best-of-n' | 'chain';

/**
 * How votes are spent. `all`: every vote of every node. `settled`: a node stops when no outcome of the
 * missing votes can move its value across the gate, and draws more only where they can change which node
 * wins its level; accepts the same texts as `all`. `screen`: a first vote screens, only a Yes is confirmed.
 */
export type VotingPolicy = 'all' | 'settled' | 'screen';

/** `level`: the best passing node of a whole level wins (the paper's). `first`: the first in order that passes. */
export type StopPolicy = 'level' | 'first';

/** Which nodes go on: the best, or drawn with probability in proportion to value. */
export type Selection = 'greedy' | 'weighted';

export interface Sampling {
  readonly temperature: number;
  readonly topP?: number;
  readonly maxTokens: number;
}

/** Limits of one search; absent means none. A limit is looked at before each request, never inside one. */
export interface Budget {
  /** Nodes besides the root. */
  readonly nodes?: number;
  /** Prompt and completion tokens together. */
  readonly tokens?: number;
  /** In the currency of `Price`. */
  readonly cost?: number;
  readonly milliseconds?: number;
}

export interface SearchSettings {
  readonly algorithm: SearchAlgorithm;
  /** Refinements of one node; with `best-of-n` the number of independent samples. At least 1. */
  readonly branchFactor: number;
  /** Nodes that go on from a level, or are descended into from a node. At least 1. */
  readonly beamWidth: number;
  /** Levels below the root; 0 judges the root only. */
  readonly depth: number;
  /** Votes for one node (N). At least 1. */
  readonly votes: number;
  readonly voting: VotingPolicy;
  /** A node passes when its value is strictly greater. 0 to 1, exclusive of 1. */
  readonly gate: number;
  readonly stop: StopPolicy;
  readonly selection: Selection;
  readonly seed: number;
  /** Times one vote or one refinement without a usable reply is asked again. */
  readonly retriesOfUnparsed: number;
  /** Whether a text of which code has verified all that the instruction asks is put to votes all the same. */
  readonly askWhenVerified: boolean;
  /** Share of the texts that code refutes about which the model is asked as well, 0 to 1; see `Audit`. */
  readonly auditShare: number;
  readonly judge: Sampling;
  readonly refine: Sampling;
  readonly sample: Sampling;
  readonly budget: Budget;
  readonly price: Price | null;
}

export const defaultSettings: SearchSettings = {
  algorithm: 'breadth-first',
  branchFactor: 3,
  beamWidth: 2,
  depth: 3,
  votes: 5,
  voting: 'settled',
  gate: 0.5,
  stop: 'level',
  selection: 'greedy',
  seed: 0,
  retriesOfUnparsed: 2,
  askWhenVerified: false,
  auditShare: 0,
  judge: { temperature: 0.7, maxTokens: 2048 },
  refine: { temperature: 0.7, maxTokens: 3072 },
  sample: { temperature: 0.9, topP: 0.9, maxTokens: 2048 },
  budget: {},
  price: null,
};

/** Share of refuted texts that runs over many items audit; a person who waits for one search pays for none. */
export const auditShareOfRuns = 0.05;
